"""`EmotiefflibReader`: the face networks of the package `emotiefflib`."""

from __future__ import annotations

from pathlib import Path

from companion.packaged_face import PackagedFaceReader, missing

MODEL = "enet_b0_8_va_mtl"
"""Eight feelings, valence and arousal."""
FOLDER = Path.home() / ".emotiefflib"
"""Where the package looks for its models, and where it would download them to."""


class EmotiefflibReader(PackagedFaceReader):
    """EfficientNets trained on AffectNet for feelings, valence and arousal at once (Savchenko, ABAW, CVPR 2022)."""

    def __init__(self) -> None:
        from emotiefflib.facial_analysis import EmotiEffLibRecognizer

        made = EmotiEffLibRecognizer(engine="onnx", model_name=MODEL, device="cpu")
        super().__init__(made, made.idx_to_emotion_class)

    @staticmethod
    def obstacle() -> str | None:
        """The package or its model, whichever is missing."""
        return missing("emotiefflib", "emotiefflib", FOLDER / f"{MODEL}.onnx")
