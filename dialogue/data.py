"""`data`: the package's own tables, read once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def data(name: str) -> dict[str, Any]:
    """The table `name` (such as `acts` or `replies/work`) from the TOML file beside this module."""
    return tomllib.loads(files("dialogue").joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def worded(patterns: Iterable[str], edges: str = "") -> re.Pattern[str]:
    """One expression for any of the patterns; in the tables a word (`\\w+`) may hold an apostrophe."""
    return re.compile("|".join(f"{edges}(?:{pattern})" + edges for pattern in patterns).replace(r"\w+ ", r"[\w']+ "))


@cache
def folder(name: str) -> dict[str, dict[str, Any]]:
    """Every table of a folder by its name, in alphabetical order."""
    paths = sorted(path.name for path in files("dialogue").joinpath(name).iterdir() if path.name.endswith(".toml"))
    return {path.removesuffix(".toml"): data(f"{name}/{path.removesuffix('.toml')}") for path in paths}
