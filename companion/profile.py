"""`Profile`: which engines a machine of some size uses."""

from __future__ import annotations

import shutil
from collections.abc import Mapping

from companion.registry import STAGES, names, obstacle
from companion.registry import engine as find
from companion.settings import Settings

# Larger engines by stage, best first. Any package may declare an engine under one of these names.
PREFERRED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "embedded": {},
    "cpu": {"recognizer": ("whisper",), "synthesizer": ("piper",), "animator": ("diffusion",)},
    "gpu": {
        "recognizer": ("whisper",),
        "language": ("transformers",),
        "synthesizer": ("cosyvoice", "piper"),
        "animator": ("diffusion",),
        "renderer": ("portrait",),
    },
}


def resolve(settings: Settings) -> tuple[Settings, list[str]]:
    """The settings with the profile's engines put in, and a line for each stage where a smaller one has to do.

    An engine that the person chose (one that differs from the default) is kept. `auto` takes what runs here without a
    word.
    """
    quiet = settings.profile == "auto"
    profile = _best() if quiet else settings.profile
    chosen = settings.engines.model_dump()
    default = Settings().engines.model_dump()
    remarks = []
    for stage in STAGES:
        wanted = PREFERRED[profile].get(stage, ())
        if not wanted or chosen[stage] != default[stage]:
            continue
        found = next((name for name in wanted if _usable(stage, name, settings)), None)
        if found is not None:
            chosen[stage] = found
        elif not quiet:
            remarks.append(f"profile {profile}: no {' or '.join(wanted)} {stage} here, {chosen[stage]} is used")
    return settings.changed(engines=chosen), remarks


def _usable(stage: str, name: str, settings: Settings) -> bool:
    """Whether an engine is declared, can run here, and has the file it cannot do without (its `needs`)."""
    if name not in names(stage):
        return False
    kind = find(stage, name)
    needs = getattr(kind, "needs", "")
    return obstacle(kind) is None and (not needs or bool(getattr(settings.models, needs)))


def _best() -> str:
    return "gpu" if shutil.which("nvidia-smi") else "cpu"
