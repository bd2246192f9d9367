"""Weights: what is written is read again, what is damaged is refused, and what ships is what the manifest says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from weights.store import HERE, WeightsError, fingerprint, load, manifest, read, write

MOST_BYTES = 15_000_000


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    write(path, {"half": np.array([0.5], np.float16), "whole": np.array([3], np.int8)}, {"labels": ["sad"]})
    found = read(path)
    assert found["half"].dtype == np.float32
    assert found["whole"].dtype == np.int8
    assert found.facts == {"labels": ["sad"]}
    with pytest.raises(WeightsError, match="no 'other'"):
        found["other"]


def test_the_same_weights_make_the_same_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(tmp_path / name, {"x": np.arange(4.0), "y": np.zeros(2)}, {"seed": 1, "labels": []})
    assert fingerprint(tmp_path / "a") == fingerprint(tmp_path / "b")


@pytest.mark.parametrize("content", [None, b"", b"not weights at all", b"\x08\0\0\0\0\0\0\0{}      garbage"])
def test_a_file_that_is_none_is_said_in_one_line(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "a.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WeightsError, match=r"a\.safetensors") as error:
        read(path)
    assert "\n" not in str(error.value)


def test_unknown_weights_are_named() -> None:
    with pytest.raises(WeightsError, match="unknown weights 'nose'"):
        load("nose")


@pytest.mark.parametrize("name", sorted(manifest()))
def test_what_ships_is_what_the_manifest_says(name: str) -> None:
    entry = manifest()[name]
    assert fingerprint(HERE / entry["file"]) == entry["sha256"]
    assert (HERE / entry["file"]).stat().st_size == entry["bytes"]
    assert load(name).arrays
    card = (HERE / "cards" / f"{name}.md").read_text(encoding="utf-8")
    assert entry["licence"] in card
    assert entry["commercial"] or "non-commercial" in card.lower()


def test_all_that_ships_is_small() -> None:
    assert sum(entry["bytes"] for entry in manifest().values()) <= MOST_BYTES


def test_a_damaged_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "a.safetensors", {"x": np.zeros(1)}, {})
    monkeypatch.setattr("weights.store.HERE", tmp_path)
    monkeypatch.setattr("weights.store.manifest", lambda: {"a": {"file": "a.safetensors", "sha256": "0" * 64}})
    with pytest.raises(WeightsError, match="damaged"):
        load.__wrapped__("a")
