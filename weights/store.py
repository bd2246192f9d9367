"""`Weights`: one trained file of ours, checked against the manifest when it is loaded."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

HERE = Path(__file__).parent
FACTS = "facts"
"""Key of the metadata entry that holds everything but the arrays, as JSON."""


class WeightsError(Exception):
    """A weight file that is missing, damaged or not ours; the message is one clear line."""


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Arrays by name (float32 unless they are whole numbers) and the facts that go with them: labels, scales, seed."""

    arrays: Mapping[str, NDArray[Any]]
    facts: Mapping[str, Any]

    def __getitem__(self, name: str) -> NDArray[Any]:
        """An array. Raises `WeightsError` where there is none of that name."""
        try:
            return self.arrays[name]
        except KeyError:
            raise WeightsError(f"these weights hold no {name!r}") from None


@cache
def manifest() -> Mapping[str, Mapping[str, Any]]:
    """What ships: for each name its file, stage, sha256, bytes, data, licence and whether commercial use is allowed."""
    return tomllib.loads((HERE / "manifest.toml").read_text(encoding="utf-8"))


@cache
def load(name: str) -> Weights:
    """A shipped file by its name in the manifest. Raises `WeightsError`, also when its hash is not the manifest's."""
    entry = manifest().get(name)
    if entry is None:
        raise WeightsError(f"unknown weights {name!r}; one of: {', '.join(manifest()) or 'none'}")
    path = HERE / entry["file"]
    found = fingerprint(path)
    if found != entry["sha256"]:
        raise WeightsError(f"{path} is damaged (sha256 {found[:12]}... is not the manifest's): install it again")
    return read(path)


def read(path: Path) -> Weights:
    """Any file that `write` made. Raises `WeightsError`."""
    try:
        with safe_open(path, "numpy") as file:
            arrays = {name: _full(file.get_tensor(name)) for name in file.keys()}  # noqa: SIM118 - not a mapping
            facts = json.loads((file.metadata() or {}).get(FACTS, "{}"))
    except (OSError, SafetensorError, json.JSONDecodeError) as error:
        raise WeightsError(f"{path} is not a weight file of the companion: {error}") from error
    return Weights(arrays, facts)


def write(path: Path, arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, Any]) -> None:
    """Write arrays as they are (float16 halves the size) and facts as JSON; the same input gives the same bytes."""
    tensors = {name: np.ascontiguousarray(array) for name, array in sorted(arrays.items())}
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path, {FACTS: json.dumps(facts, sort_keys=True)})


def fingerprint(path: Path) -> str:
    """The sha256 of a file. Raises `WeightsError` where there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise WeightsError(f"{path} cannot be read: {error.strerror}") from error


def _full(array: NDArray[Any]) -> NDArray[Any]:
    return array.astype(np.float32) if array.dtype == np.float16 else array
