"""`Machine`: what a figure was measured on."""

from __future__ import annotations

import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Machine:
    """Processor, cores, memory and versions, to print beside every figure."""

    processor: str
    cores: int
    memory_gb: float
    system: str
    python: str

    @classmethod
    def here(cls) -> Machine:
        """This machine."""
        pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        return cls(
            _processor(), os.cpu_count() or 1, round(pages / 2**30, 1), platform.platform(), platform.python_version()
        )

    def as_dict(self) -> dict[str, object]:
        """JSON-ready."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.processor}, {self.cores} cores, {self.memory_gb} GB, Python {self.python}"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
