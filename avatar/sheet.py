"""Contact sheets: a character in every expression, mouth shape and pose, as labelled PNG files.

`python -m avatar.sheet OUT_DIR [--character NAME] [--tile PIXELS]`
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from avatar.character import CharacterRenderer
from avatar.expression import express
from companion.types import BLENDSHAPES, CHANNELS, EMOTIONS, Affect, Motion, Picture, Portrait

Shot = tuple[str, Mapping[str, float]]
"""A label and the channels that differ from 0."""


def both(**shapes: float) -> dict[str, float]:
    """The same value on both sides: `both(mouthSmile=1)`."""
    return {f"{name}{side}": value for name, value in shapes.items() for side in ("Left", "Right")}


def feeling(name: str, strength: float = 1.0) -> Mapping[str, float]:
    """The channels of an emotion's expression."""
    shapes = express(Affect.of(name, strength)).tolist()
    return {shape: value for shape, value in zip(BLENDSHAPES, shapes, strict=True) if value > 0}


VISEMES: Mapping[str, Mapping[str, float]] = {
    "rest": {},
    "p b m": {"mouthClose": 0.1, "mouthRollLower": 0.35, "mouthRollUpper": 0.35} | both(mouthPress=0.45),
    "f v": {"mouthRollLower": 0.75, "jawOpen": 0.05} | both(mouthUpperUp=0.4),
    "th": {"jawOpen": 0.12, "tongueOut": 0.35} | both(mouthUpperUp=0.1),
    "t d n l": {"jawOpen": 0.16, "tongueOut": 0.12} | both(mouthUpperUp=0.15, mouthLowerDown=0.15),
    "s z": {"jawOpen": 0.04} | both(mouthStretch=0.3, mouthUpperUp=0.25, mouthLowerDown=0.4),
    "sh": {"mouthFunnel": 0.6, "jawOpen": 0.06, "mouthPucker": 0.2},
    "k g": {"jawOpen": 0.2} | both(mouthStretch=0.15),
    "r": {"mouthFunnel": 0.35, "jawOpen": 0.1, "mouthPucker": 0.35},
    "aa": {"jawOpen": 0.55} | both(mouthLowerDown=0.2),
    "e": {"jawOpen": 0.3} | both(mouthStretch=0.3, mouthSmile=0.2, mouthUpperUp=0.15),
    "ee": {"jawOpen": 0.1} | both(mouthStretch=0.4, mouthSmile=0.45, mouthUpperUp=0.2, mouthLowerDown=0.3),
    "o": {"jawOpen": 0.35, "mouthFunnel": 0.55, "mouthPucker": 0.2},
    "oo": {"jawOpen": 0.08, "mouthPucker": 0.75, "mouthFunnel": 0.3},
    "w": {"mouthPucker": 0.95, "jawOpen": 0.03},
    "open, lips shut": {"jawOpen": 0.4, "mouthClose": 0.4},
}


def sheets() -> dict[str, tuple[int, Sequence[Shot]]]:
    """Every sheet: how many pictures stand in a row, and the pictures."""
    faces: Sequence[Shot] = [
        (f"{name} {strength}", feeling(name, strength)) for strength in (0.3, 0.6, 1.0) for name in EMOTIONS
    ]
    turns: Sequence[Shot] = [
        (f"yaw {yaw:+} pitch {pitch:+}", {"headYaw": yaw, "headPitch": pitch})
        for pitch in (-0.3, 0.0, 0.3) for yaw in (-0.4, -0.2, 0.0, 0.2, 0.4)
    ] + [(f"roll {roll:+}", {"headRoll": roll}) for roll in (-0.3, -0.15, 0.15, 0.3)]  # fmt: skip
    looks: list[Shot] = [
        (f"gaze {yaw:+} {pitch:+}", {"gazeYaw": yaw, "gazePitch": pitch})
        for pitch in (-0.4, 0.0, 0.4)
        for yaw in (-0.5, 0.0, 0.5)
    ]
    looks += [(f"blink {value}", both(eyeBlink=value)) for value in (0.25, 0.5, 0.75, 1.0)]
    looks += [("wide", both(eyeWide=1.0)), ("squint", both(eyeSquint=1.0)), ("wink left", {"eyeBlinkLeft": 1.0})]
    looks += [("smile, eyes shut", both(eyeBlink=1.0, mouthSmile=0.6, cheekSquint=0.4))]
    return {
        "feelings": (8, faces),
        "visemes": (8, list(VISEMES.items())),
        "shapes": (10, [(name, {name: 1.0}) for name in BLENDSHAPES]),
        "turns": (5, turns),
        "eyes": (6, looks),
    }


def motion(shots: Sequence[Mapping[str, float]]) -> Motion:
    """One frame for each mapping of channels to values."""
    channels = np.zeros((len(shots), len(CHANNELS)), np.float32)
    for row, shot in zip(channels, shots, strict=True):
        for name, value in shot.items():
            row[CHANNELS.index(name)] = value
    return Motion(channels)


def contact_sheet(pictures: Sequence[Picture], labels: Sequence[str], columns: int) -> Picture:
    """The pictures in rows, each with its label on it."""
    import cv2

    side = pictures[0].shape[0]
    rows = -(-len(pictures) // columns)
    sheet = np.full((rows * side, columns * side, 3), 255, np.uint8)
    for index, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        row, column = index // columns * side, index % columns * side
        tile = sheet[row : row + side, column : column + side]
        tile[...] = picture
        for shade, offset in (((40, 40, 40), 1), ((255, 255, 255), 0)):
            at = (int(0.03 * side) + offset, int(0.07 * side) + offset)
            cv2.putText(tile, label, at, cv2.FONT_HERSHEY_SIMPLEX, side / 600, shade, 1, cv2.LINE_AA)
    return sheet


def save(picture: Picture, path: Path) -> None:
    """Write a picture as PNG. Raises `OSError` where that is not possible."""
    import cv2

    if not cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)):
        raise OSError(f"cannot write {path}")


def main() -> None:
    """Write every sheet of every chosen character."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, metavar="OUT_DIR")
    parser.add_argument("--character", action="append", choices=list(CharacterRenderer.characters()))
    parser.add_argument("--tile", type=int, default=256, help="side of one picture in pixels")
    parser.add_argument("--sheet", action="append", choices=list(sheets()))
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    renderer = CharacterRenderer()
    for name in arguments.character or renderer.characters():
        for title, (columns, shots) in sheets().items():
            if arguments.sheet and title not in arguments.sheet:
                continue
            labels, poses = zip(*shots, strict=True)
            pictures = list(renderer.render(Portrait(name, arguments.tile), motion(poses)))
            save(contact_sheet(pictures, labels, columns), arguments.out / f"{name}-{title}.png")


if __name__ == "__main__":
    main()
