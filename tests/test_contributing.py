"""The example engine of CONTRIBUTING.md works as it stands on the page."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from companion.registry import engine
from tests.fakes import Stage, play

PAGE = Path(__file__).parents[1] / "CONTRIBUTING.md"


def test_the_engine_in_the_guide_takes_part_in_a_conversation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert code is not None
    (tmp_path / "guide_loudness.py").write_text(code[1], encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    reader = engine("prosody", "guide_loudness:LoudnessReader")()

    async def scene(stage: Stage) -> None:
        await stage.quiet(0.5)
        await stage.speak(2)
        await stage.quiet(1)
        assert stage.of("voice")
        assert max(event.fields["affect"]["arousal"] for event in stage.of("voice")) > 0.3

    play(scene, prosody=reader)
    del sys.modules["guide_loudness"]
