"""`Shelf`: memory that two processes share, so that pictures need not squeeze through the pipe between them."""

from __future__ import annotations

import multiprocessing
import pickle
from dataclasses import dataclass, field

SIZE = 2**20
"""Room for a picture of 640 x 480."""
SMALL = 2**13
"""Up to here the pipe is as quick."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A pickled message, for the pipe; `sizes` are those of the arrays left on the shelf, in bytes."""

    pickled: bytes
    sizes: tuple[int, ...] = field(default=())


class Shelf:
    """Holds the large arrays of one message at a time: the next may only be packed when this one was unpacked.

    It reaches another process as an argument of its start. What finds no room on it travels in the parcel.
    Source: pickle's out-of-band buffers (PEP 574).
    """

    def __init__(self) -> None:
        self._array = multiprocessing.get_context("spawn").RawArray("B", SIZE)

    def pack(self, message: object) -> Parcel:
        """Put the message's large arrays on the shelf and the rest in a parcel."""
        shelf, sizes = memoryview(self._array).cast("B"), list[int]()

        def fits(buffer: pickle.PickleBuffer) -> bool:
            raw, start = buffer.raw(), sum(sizes)
            if raw.nbytes <= SMALL or start + raw.nbytes > SIZE:
                return False
            shelf[start : start + raw.nbytes] = raw
            sizes.append(raw.nbytes)
            return True

        pickled = pickle.dumps(message, protocol=5, buffer_callback=lambda buffer: not fits(buffer))
        return Parcel(pickled, tuple(sizes))

    def unpack(self, parcel: Parcel) -> object:
        """The message, with arrays of its own."""
        shelf, start, arrays = memoryview(self._array).cast("B"), 0, []
        for size in parcel.sizes:
            arrays.append(bytearray(shelf[start : start + size]))
            start += size
        return pickle.loads(parcel.pickled, buffers=arrays)  # noqa: S301 - from the process at the other end
