"""`HsemotionReader`: the face networks of the package `hsemotion-onnx`."""

from __future__ import annotations

from pathlib import Path

from companion.packaged_face import PackagedFaceReader, missing

MODEL = "enet_b0_8_best_vgaf"
FOLDER = Path.home() / ".hsemotion"
"""Where the package looks for its models, and where it would download them to."""


class HsemotionReader(PackagedFaceReader):
    """EfficientNets trained on AffectNet (Savchenko, IEEE SISY 2021)."""

    def __init__(self) -> None:
        from hsemotion_onnx.facial_emotions import HSEmotionRecognizer

        made = HSEmotionRecognizer(model_name=MODEL)
        super().__init__(made, made.idx_to_class)

    @staticmethod
    def obstacle() -> str | None:
        """The package or its model, whichever is missing."""
        return missing("hsemotion_onnx", "hsemotion", FOLDER / f"{MODEL}.onnx")
