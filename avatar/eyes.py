"""`Eyes`: lids that follow the gaze, wet eyeballs behind them, lashes and creases."""

from __future__ import annotations

import numpy as np
import skia

from avatar.cast import Character
from avatar.curve import between, resample, ribbon, shifted, smooth
from avatar.palette import WHITE, Colour, colour, fill, glow, mix, ramp, stroke
from avatar.rig import Array, Placed, Pose, Rig
from avatar.skin import on_skin

CENTRE_X = 77.0
IRIS = 19.4
TURN = 33.0
"""Radius about which the iris travels, in units: an eyeball is about twice as wide as its iris."""

# The left eye (x > 0 outwards) relative to its centre: inner corner, lid, outer corner.
_UPPER = np.array([(-39, 7.5), (-28, -5), (-13, -13.5), (3, -16.2), (19, -13.8), (32, -6), (41, 1.5)])
_LOWER = np.array([(-39, 7.5), (-27, 12), (-12, 15.2), (4, 16.4), (20, 14.6), (32, 9), (41, 1.5)])
_SHUT = np.array([(-39, 7.5), (-27, 11.5), (-12, 15), (4, 16.6), (20, 15), (32, 9.5), (41, 2.5)])
_CREASE = np.array([(-38, -3), (-27, -17), (-12, -27), (5, -30), (22, -26.5), (36, -17), (46, -6)])
_ARCH = np.array([0.0, 0.55, 0.95, 1.0, 0.9, 0.5, 0.0])
"""How far a lid's points move when the lid moves: its ends are fixed in the corners."""


class Eyes:
    """Both eyes of a character."""

    def __init__(self, character: Character, rig: Rig, size: int) -> None:
        self._character = character
        for side, sign in (("Left", 1.0), ("Right", -1.0)):
            self._lids(rig, side, sign)
        white, corner = Colour(0.95, 0.925, 0.90), Colour(0.74, 0.58, 0.54)
        self._white = ramp(
            (0, 0), (1, 0), [(0, corner, 1), (0.24, white, 1), (0.72, white * 0.985, 1), (1, corner * 0.93, 1)]
        )
        self._ink = mix(colour(character.hair.dark) * 0.45, Colour(0.07, 0.04, 0.04), 0.6)
        self._deep = mix(colour(character.skin.deep), Colour(0.2, 0.06, 0.05), 0.35)
        self._iris = self._paint_iris(max(48, round(size * 0.11)))

    def _lids(self, rig: Rig, side: str, sign: float) -> None:
        face = self._character.face
        stretch = np.array([sign * face.eye_width, face.eye_height])
        tilt = np.column_stack([np.zeros(7), -face.eye_tilt * (_UPPER[:, 0] / 40)])
        # No face is its own mirror image.
        home = np.array([sign * CENTRE_X, 0.8 * sign])
        arch = _ARCH[:, None] * np.array([0.0, 1.0, 0.0])

        def shaped(curve: Array) -> Array:
            return on_skin((curve + tilt) * stretch + home, 4)

        upper, lower, shut, crease = (shaped(curve) for curve in (_UPPER, _LOWER, _SHUT, _CREASE))
        inner = arch * np.array([0, 1.5, 1.2, 0.4, -0.4, -0.8, 0])[:, None]
        brow = f"browDown{side}"
        rig.add(f"upper{side}", upper, {
            f"eyeBlink{side}": shut - upper, f"eyeWide{side}": -7.5 * arch, f"eyeSquint{side}": 2.6 * arch,
            f"gazeDown{side}": 11 * arch, f"gazeUp{side}": -4.5 * arch,
            brow: 3.6 * arch + 3.4 * inner, "browInnerUp": -3.0 * inner,
            f"cheekSquint{side}": 1.2 * arch, f"noseSneer{side}": 1.6 * arch,
        })  # fmt: skip
        rig.add(f"lower{side}", lower, {
            f"eyeBlink{side}": -1.0 * arch, f"eyeSquint{side}": -7.0 * arch, f"cheekSquint{side}": -4.0 * arch,
            f"mouthSmile{side}": -2.2 * arch, f"eyeWide{side}": 2.2 * arch, f"gazeDown{side}": 4 * arch,
            f"gazeUp{side}": -2 * arch, f"noseSneer{side}": -2.0 * arch,
        })  # fmt: skip
        lift = np.array([0.3, 0.8, 1, 1, 1, 0.9, 0.5])[:, None] * np.array([0.0, 1.0, 0.0])
        rig.add(f"crease{side}", crease, {
            f"eyeBlink{side}": 11 * lift, f"eyeWide{side}": -6 * lift, f"gazeDown{side}": 6 * lift, brow: 6 * lift,
            f"gazeUp{side}": -4 * lift, "browInnerUp": -3 * lift, f"browOuterUp{side}": -5 * lift,
            f"eyeSquint{side}": 2 * lift,
        })  # fmt: skip
        # Where the ball's centre lies: TURN behind the lids, so that a turned head carries the iris rightly.
        ball = on_skin(home[None, :], 4) - np.array([0.0, 0.0, TURN])
        rig.add(f"ball{side}", ball + np.vstack([np.zeros(3), np.eye(3)]))

    def draw(self, canvas: skia.Canvas, placed: Placed, pose: Pose) -> None:
        """Draw both eyes on a canvas in units."""
        for side, sign in (("Left", 1.0), ("Right", -1.0)):
            upper, lower = placed[f"upper{side}"], placed[f"lower{side}"]
            # A lid never passes the other.
            upper = np.column_stack([upper[:, 0], np.minimum(upper[:, 1], lower[:, 1] + 0.3)])
            gap = float((lower[2:5, 1] - upper[2:5, 1]).mean())
            if gap > 1.0:
                self._ball(canvas, (upper, lower), self._look(placed, pose, side))
            self._edges(canvas, (upper, lower), sign, gap)
            self._crease(canvas, placed[f"crease{side}"], pose[f"eyeBlink{side}"])

    @staticmethod
    def _look(placed: Placed, pose: Pose, side: str) -> tuple[float, float]:
        """Where the iris lies in the picture."""
        ball = placed[f"ball{side}"]
        yaw, pitch = pose.gaze[side]
        along = np.array([np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)]) * TURN
        at = ball[0] + (ball[1:] - ball[0]).T @ along
        return float(at[0]), float(at[1])

    def _ball(self, canvas: skia.Canvas, lids: tuple[Array, Array], at: tuple[float, float]) -> None:
        upper, lower = lids
        x, y = at
        canvas.save()
        canvas.clipPath(between(upper, lower), skia.ClipOp.kIntersect, True)
        left, right = sorted((float(upper[0, 0]), float(upper[-1, 0])))
        # The gradient runs from 0 to 1.
        canvas.save()
        canvas.translate(left, 0)
        canvas.scale(max(right - left, 1e-3), 1)
        canvas.drawPaint(self._white)
        canvas.restore()
        inner = upper[0]
        canvas.drawOval(
            skia.Rect.MakeLTRB(inner[0] - 8, inner[1] - 6, inner[0] + 8, inner[1] + 6),
            fill(Colour(0.80, 0.48, 0.45), 0.6),
        )
        radius = IRIS * self._character.face.eye_height**0.5
        box = skia.Rect.MakeLTRB(x - radius, y - radius, x + radius, y + radius)
        canvas.drawImageRect(self._iris, box, skia.SamplingOptions(skia.FilterMode.kLinear, skia.MipmapMode.kLinear))
        # The upper lid and its lashes shade the ball.
        shade = Colour(0.16, 0.08, 0.09)
        # Several thin veils are cheaper than one soft one.
        lid = smooth(shifted(upper, 0, 1.0))
        for width, alpha in ((18, 0.13), (12, 0.19), (6, 0.26)):
            canvas.drawPath(lid, stroke(shade, width, alpha))
        rim = smooth(lower)
        canvas.drawPath(rim, stroke(shade, 5.5, 0.13))
        self._catch_light(canvas, x, y, radius)
        canvas.drawPath(smooth(shifted(lower[1:-1], 0, -1.0)), stroke(Colour(0.96, 0.80, 0.77), 1.6, 0.55))
        canvas.restore()

    @staticmethod
    def _catch_light(canvas: skia.Canvas, x: float, y: float, radius: float) -> None:
        """The window in the cornea, and the pale wall opposite."""
        canvas.drawOval(
            skia.Rect.MakeXYWH(x - 0.52 * radius, y - 0.58 * radius, 0.40 * radius, 0.44 * radius),
            fill(WHITE, 0.95, 0.35),
        )
        canvas.drawCircle(x + 0.36 * radius, y + 0.42 * radius, 0.15 * radius, fill(Colour(0.9, 0.95, 1.0), 0.42, 0.6))

    def _edges(self, canvas: skia.Canvas, lids: tuple[Array, Array], sign: float, gap: float) -> None:
        """Lash lines. When the eye shuts the lashes point down."""
        upper, lower = lids
        eyes = self._character.eyes
        tail = np.array([[sign * 4.5, -1.2 if gap > 8 else 1.5]]) * min(1.0, eyes.lashes)
        line = np.concatenate([upper, upper[-1:] + tail])
        widths = np.array([1.0, 2.2, 3.4, 4.2, 4.8, 4.6, 3.4, 0.4]) * (0.62 + 0.38 * eyes.lashes)
        canvas.drawPath(ribbon(shifted(line, 0, -0.8), widths), fill(self._ink, 0.94))
        self._lashes(canvas, upper, sign, gap)
        canvas.drawPath(
            ribbon(shifted(lower, 0, 0.6), np.array([0.3, 0.6, 0.9, 1.2, 1.6, 1.7, 0.6])), fill(self._ink, 0.42)
        )

    def _lashes(self, canvas: skia.Canvas, upper: Array, sign: float, gap: float) -> None:
        eyes = self._character.eyes
        if eyes.lashes <= 0.3:
            return
        roots = resample(upper, 22)[13:21]
        up = np.clip((gap - 5) / 18, -0.75, 1.0)
        path = skia.Path()
        for k, (x, y) in enumerate(roots.tolist()):
            out = (0.75 + 0.6 * k / 7) * sign
            length = (2.5 + 5.2 * k / 7) * eyes.lashes
            path.moveTo(x, y)
            path.quadTo(x + 0.6 * out * length, y - 0.25 * up * length, x + out * length, y - 0.8 * up * length)
        canvas.drawPath(path, stroke(self._ink, 1.5, 0.7))

    def _crease(self, canvas: skia.Canvas, crease: Array, blink: float) -> None:
        widths = np.array([0.4, 1.4, 2.0, 2.2, 2.2, 1.8, 0.4])
        canvas.drawPath(ribbon(crease, widths), fill(self._deep, 0.5 * (1 - 0.55 * blink)))

    def _paint_iris(self, pixels: int) -> skia.Image:
        """The iris with its fibres, ring and pupil, larger than shown so that it stays crisp."""
        eyes = self._character.eyes
        surface = skia.Surface(pixels, pixels)
        canvas = surface.getCanvas()
        canvas.scale(pixels / 2.04, pixels / 2.04)
        canvas.translate(1.02, 1.02)
        inner, outer, ring = colour(eyes.inner), colour(eyes.outer), colour(eyes.ring)
        canvas.drawCircle(
            0,
            0,
            1,
            glow(
                0,
                0,
                1,
                [
                    (0, inner, 1),
                    (0.45, inner, 1),
                    (0.74, outer, 1),
                    (0.90, ring, 1),
                    (0.97, ring * 0.8, 1),
                    (1, ring * 0.7, 0.55),
                ],
            ),
        )
        chance = np.random.default_rng(self._character.seed)
        for angle in np.linspace(0, 2 * np.pi, 90, endpoint=False) + chance.normal(0, 0.03, 90):
            start, end = 0.36 + 0.08 * chance.random(), 0.62 + 0.26 * chance.random()
            bright = chance.random() < 0.55
            tone = mix(inner, WHITE, 0.35) if bright else ring
            c, s = np.cos(angle), np.sin(angle)
            canvas.drawLine(start * c, start * s, end * c, end * s, stroke(tone, 0.024, 0.36))
        # Light passes through the cornea and gathers opposite the window.
        canvas.drawCircle(0.14, 0.44, 0.5, glow(0.14, 0.44, 0.52, [(0, mix(inner, WHITE, 0.5), 0.55), (1, inner, 0)]))
        canvas.drawCircle(0, 0, 0.40, fill(Colour(0.03, 0.02, 0.025), 1, 0.02))
        return surface.makeImageSnapshot()
