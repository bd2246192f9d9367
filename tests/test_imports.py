"""Imports point one way, import nothing heavy, and the six packages are ours."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from companion.check import PACKAGES, check

ROOT = Path(__file__).parents[1]
ORCHESTRATION = (
    "companion.types", "companion.engines", "companion.registry", "companion.turns", "companion.performer",
    "companion.hearing", "companion.session", "companion.studio", "companion.cli", "companion.settings",
    "companion.workers", "companion.apart", "companion.worker",
)  # fmt: skip
HEAVY = ("torch", "mediapipe", "transformers", "diffusers", "gradio", "skia", "silero_vad", "parselmouth")
STAGES = ("voice", "avatar", "dialogue")
FORBIDDEN = {
    **{stage: {*STAGES, "ui", "companion.session"} - {stage} for stage in STAGES},
    "weights": {*STAGES, "ui", "companion.session"},
}


@pytest.mark.parametrize("module", ORCHESTRATION)
def test_orchestration_imports_no_heavy_library(module: str) -> None:
    code = f"import sys, {module}; print([m for m in {HEAVY!r} if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S603 - our own interpreter
    assert result.stdout.strip() == "[]"


def test_the_commands_are_read_without_numpy() -> None:
    """Its linear algebra takes as many threads as it finds settings for when it is imported: `main` sets them first."""
    code = "import sys, companion.cli; print('numpy' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S603 - our own interpreter
    assert result.stdout.strip() == "False"


@pytest.mark.parametrize("package", sorted(FORBIDDEN))
def test_stage_packages_do_not_import_one_another(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        for name in _imported(path):
            for other in FORBIDDEN[package]:
                assert name != other, f"{path} imports {name}"
                assert not name.startswith(f"{other}."), f"{path} imports {name}"


def test_no_file_is_longer_than_400_lines() -> None:
    long = {
        str(path): lines
        for package in (*PACKAGES, "tests")
        for path in (ROOT / package).rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long


def test_the_six_packages_live_side_by_side() -> None:
    assert not [place for place in check().places if place.intruder]


def _imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names
