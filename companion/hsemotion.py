"""`HsemotionReader`: the face networks of the package `hsemotion-onnx`."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from companion.packaged_face import PackagedFaceReader

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
        if importlib.util.find_spec("hsemotion_onnx") is None:
            return "it needs a package: pip install 'empathic-companion[hsemotion]'"
        model = FOLDER / f"{MODEL}.onnx"
        return None if model.is_file() else f"its model is not there: put {MODEL}.onnx into {FOLDER}"
