"""`check`: what runs here, and why the rest does not."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from companion.machine import Machine
from companion.registry import STAGES, Offer, offers

PACKAGES = ("companion", "avatar", "voice", "dialogue", "ui", "weights")


@dataclass(frozen=True, slots=True)
class Place:
    """Where one of the six packages was found; `intruder` when another package of that name stands in its way."""

    package: str
    path: str
    intruder: bool


@dataclass(frozen=True, slots=True)
class Report:
    """Everything `companion check` says."""

    machine: Machine
    places: tuple[Place, ...]
    offers: tuple[Offer, ...]
    hints: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether a conversation can be held: our packages in place and an engine for every stage."""
        ready = {offer.stage for offer in self.offers if offer.obstacle is None}
        return not any(place.intruder for place in self.places) and ready == set(STAGES)

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "ok": self.ok,
            "machine": self.machine.as_dict(),
            "packages": [asdict(place) for place in self.places],
            "engines": [asdict(offer) for offer in self.offers],
            "hints": list(self.hints),
        }

    def __str__(self) -> str:
        lines = [f"machine   {self.machine}", ""]
        lines += [f"{p.package:<12} {'INTRUDER ' if p.intruder else ''}{p.path}" for p in self.places] + [""]
        lines += [f"{o.stage:<12} {o.name:<14} {o.obstacle or 'ready: ' + o.summary}" for o in self.offers]
        return "\n".join([*lines, "", *self.hints, "", "ready to talk" if self.ok else "NOT ready: see above"])


def check() -> Report:
    """Look at this machine; nothing is loaded or started."""
    home = Path(__file__).parent.parent
    places = tuple(_place(package, home) for package in PACKAGES)
    found = tuple(offer for stage in STAGES for offer in offers(stage))
    return Report(Machine.here(), places, found, tuple(_hints(places)))


def _place(package: str, home: Path) -> Place:
    spec = importlib.util.find_spec(package)
    path = Path(spec.origin).parent if spec is not None and spec.origin else None
    return Place(package, str(path) if path else "not found", path is None or path.parent != home)


def _hints(places: tuple[Place, ...]) -> list[str]:
    hints = [
        f"Another package named {place.package!r} at {place.path} hides ours: uninstall it or use a fresh environment."
        for place in places
        if place.intruder
    ]
    if _installed("cosyvoice"):
        hints.append(
            "The package 'cosyvoice' from the Python index is an incomplete copy by a third party:"
            " uninstall it, and install CosyVoice from its own source."
        )
    if _installed("opencv-python") and _installed("opencv-contrib-python"):
        hints.append(
            "Both opencv-python and opencv-contrib-python are installed and overwrite each other: remove the first."
        )
    hints.append(
        "Camera and microphone are the browser's: it asks when you press Start. On another computer than this one"
        " the page needs HTTPS, because browsers open no microphone without it."
    )
    return hints


def _installed(distribution: str) -> bool:
    try:
        importlib.metadata.distribution(distribution)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
