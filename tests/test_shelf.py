"""Large arrays between processes."""

from __future__ import annotations

import numpy as np
import pytest

from companion.shelf import SIZE, SMALL, Shelf
from companion.types import VideoFrame


@pytest.mark.parametrize("shape", [(1, 1, 3), (480, 640, 3), (720, 1280, 3)])
def test_a_picture_of_any_size_arrives_as_it_was_sent(shape: tuple[int, int, int]) -> None:
    picture = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    shelf = Shelf()
    parcel = shelf.pack(VideoFrame(picture, 1.5))
    arrived = shelf.unpack(parcel)
    assert isinstance(arrived, VideoFrame)
    assert arrived.time == 1.5
    assert np.array_equal(arrived.picture, picture)


def test_a_picture_does_not_travel_in_the_parcel() -> None:
    parcel = Shelf().pack(VideoFrame(np.zeros((480, 640, 3), np.uint8), 0.0))
    assert len(parcel.pickled) < 1000
    assert parcel.sizes == (480 * 640 * 3,)


def test_what_finds_no_room_travels_in_the_parcel_and_the_rest_arrives_too() -> None:
    arrays = [np.full(size, value, np.uint8) for value, size in enumerate((SMALL, SIZE // 2, SIZE, SIZE // 3))]
    shelf = Shelf()
    parcel = shelf.pack(arrays)
    assert parcel.sizes == (SIZE // 2, SIZE // 3)
    arrived = shelf.unpack(parcel)
    assert isinstance(arrived, list)
    assert all(np.array_equal(there, here) for there, here in zip(arrived, arrays, strict=True))


def test_what_arrived_stays_when_the_shelf_is_used_again() -> None:
    shelf = Shelf()
    first = shelf.unpack(shelf.pack(np.full(2 * SMALL, 1, np.uint8)))
    second = shelf.unpack(shelf.pack(np.full(2 * SMALL, 2, np.uint8)))
    assert np.all(np.asarray(first) == 1)
    assert np.all(np.asarray(second) == 2)
