"""`photo`: a picture from a file, and how a poor camera would have taken it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from companion.labelled import DataError
from companion.types import Picture

LARGEST_SIDE = 1280
SMALLEST_SIDE = 40


def photo(path: Path) -> Picture:
    """A photo as H x W x 3 RGB, made smaller where it is very large. Raises `DataError` for a file that is none."""
    try:
        data = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from error
    found = cv2.imdecode(data, cv2.IMREAD_COLOR) if len(data) else None
    if found is None:
        raise DataError(f"{path} is not a picture that can be read")
    scale = LARGEST_SIDE / max(found.shape[:2])
    if scale < 1:
        found = cv2.resize(found, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(found, cv2.COLOR_BGR2RGB), np.uint8)


def degraded(picture: Picture, random: np.random.Generator) -> Picture:
    """The picture with fewer pixels, in other light and maybe with traces of compression; the same size."""
    height, width = picture.shape[:2]
    scale = max(random.uniform(0.12, 0.5), SMALLEST_SIDE / max(height, width))
    if scale < 1:
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        picture = np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    picture = (255 * (picture / 255.0) ** random.uniform(0.6, 1.5)).astype(np.uint8)
    if random.random() < 0.5:
        quality = int(random.integers(20, 60))
        packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        picture = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    return picture
