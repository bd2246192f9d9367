"""`Mouth`: lips, and what is seen between them."""

from __future__ import annotations

import numpy as np
import skia

from avatar.cast import Character
from avatar.curve import between, ribbon, shifted, smooth
from avatar.lips import lips_of
from avatar.palette import WHITE, Colour, colour, fill, glow, ink, mix, ramp, stroke
from avatar.rig import Array, Placed, Pose, Rig

CAVE = Colour(0.17, 0.045, 0.05)
TOOTH = Colour(0.945, 0.92, 0.88)
TONGUE = Colour(0.74, 0.36, 0.37)


class Mouth:
    """The mouth of a character, from the shadow under the lip to the tongue."""

    def __init__(self, character: Character, rig: Rig) -> None:
        self._skin = character.skin
        self._lip, self._dark = colour(character.skin.lip), colour(character.skin.lip_dark)
        deep = mix(colour(character.skin.deep), self._dark * 0.5, 0.4)
        self._corner = glow(0, 0, 1, [(0, deep, 0.42), (0.4, deep, 0.22), (1, deep, 0)])
        self._shade = glow(0, 0, 1, [(0, CAVE * 0.6, 0.9), (0.5, CAVE * 0.6, 0.55), (1, CAVE, 0)])
        for name, (points, moves) in lips_of(character).items():
            rig.add(name, points, moves)

    def draw(self, canvas: skia.Canvas, placed: Placed, pose: Pose) -> None:
        """Draw on a canvas in units."""
        top, upper, lower, bottom = (placed[name] for name in ("lipTop", "lipUpper", "lipLower", "lipBottom"))
        # The tongue aside, lips do not pass through one another.
        lower = np.column_stack([lower[:, 0], np.maximum(lower[:, 1], upper[:, 1])])
        bottom = np.column_stack([bottom[:, 0], np.maximum(bottom[:, 1], lower[:, 1] + 0.5)])
        gap = float((lower[3:6, 1] - upper[3:6, 1]).max())
        self._shadows(canvas, top, bottom)
        if gap > 0.8:
            self._inside(canvas, (upper, lower), placed, pose)
        self._lips(canvas, top, upper, lower, bottom)
        self._seam(canvas, upper, lower, gap)
        if pose["tongueOut"] > 0.02:
            self._tongue_out(canvas, placed["tongueTip"], pose["tongueOut"], (upper, lower))
        self._corners(canvas, upper)

    def _shadows(self, canvas: skia.Canvas, top: Array, bottom: Array) -> None:
        """The lower lip overhangs the chin; the skin above the upper lip catches light at the border."""
        deep = colour(self._skin.deep)
        middle = bottom[2:7]
        canvas.drawPath(ribbon(shifted(middle, 2, 6.5), np.array([1, 8, 10, 8, 1])), fill(deep, 0.34, 4))
        canvas.drawPath(smooth(shifted(top[2:7], 0, -2.2)), stroke(colour(self._skin.light), 2.0, 0.30, 1.2))

    def _inside(self, canvas: skia.Canvas, gap: tuple[Array, Array], placed: Placed, pose: Pose) -> None:
        upper, lower = gap
        canvas.save()
        canvas.clipPath(between(upper, lower), skia.ClipOp.kIntersect, True)
        canvas.drawColor(ink(CAVE))
        self._tongue(canvas, placed["tongue"], pose)
        # Through narrow slits, and between lips pushed forward, little light falls on the teeth.
        lit = min(1.0, max(0.25, (float((lower[:, 1] - upper[:, 1]).max()) - 1) / 9))
        lit *= 1 - 0.65 * pose["mouthPucker"] - 0.2 * pose["mouthFunnel"]
        self._teeth(canvas, placed["teethLower"], 0.80 * lit)
        self._teeth(canvas, placed["teethUpper"], lit)
        # Lips and the depth of the mouth shade what is inside.
        canvas.drawPath(smooth(upper), stroke(Colour(0.10, 0.02, 0.02), 9, 0.30))
        canvas.drawPath(smooth(upper), stroke(Colour(0.10, 0.02, 0.02), 4.5, 0.32))
        canvas.drawPath(smooth(lower), stroke(Colour(0.10, 0.02, 0.02), 4.5, 0.24))
        for end in (upper[0], upper[-1]):
            _dab(canvas, end, 26, self._shade)
        canvas.restore()

    @staticmethod
    def _teeth(canvas: skia.Canvas, teeth: Array, bright: float) -> None:
        """A row of teeth: `teeth` is its gum line and its biting edge; lines between them are only hinted at."""
        gum, edge = teeth[:9], teeth[9:]
        x0, x1 = float(edge[0, 0]), float(edge[-1, 0])
        white, dim = TOOTH * bright, Colour(0.47, 0.39, 0.35) * bright
        canvas.drawPath(
            between(gum, edge),
            ramp(
                (x0, 0),
                (x1, 0),
                [
                    (0, dim * 0.7, 1),
                    (0.22, white * 0.93, 1),
                    (0.45, white, 1),
                    (0.74, white * 0.90, 1),
                    (1, dim * 0.6, 1),
                ],
            ),
        )
        lines = skia.Path()
        for (x0, y0), (x1, y1) in zip(gum[1:8].tolist(), edge[1:8].tolist(), strict=True):
            lines.moveTo(x0, y0)
            lines.lineTo(x1, y1)
        canvas.drawPath(lines, stroke(dim, 1.1, 0.26))

    @staticmethod
    def _tongue(canvas: skia.Canvas, tongue: Array, pose: Pose) -> None:
        x, y = tongue[4].tolist()
        canvas.drawPath(
            smooth(tongue, closed=True),
            glow(x, y + 4, 46, [(0, mix(TONGUE, WHITE, 0.14), 1), (0.55, TONGUE * 0.9, 1), (1, TONGUE * 0.5, 1)]),
        )
        if pose["open"] > 0.15:
            canvas.drawLine(x, y + 3, x, y + 22, stroke(TONGUE * 0.55, 3, 0.5, 1.8))

    def _tongue_out(self, canvas: skia.Canvas, tip: Array, out: float, lips: tuple[Array, Array]) -> None:
        """The tongue over the lower lip: its root hidden behind the upper one."""
        upper, _ = lips
        canvas.save()
        below = skia.Path()
        below.addPath(smooth(upper))
        below.lineTo(float(upper[-1, 0]), 1000)
        below.lineTo(float(upper[0, 0]), 1000)
        below.close()
        canvas.clipPath(below, skia.ClipOp.kIntersect, True)
        x, y = tip.mean(0).tolist()
        shape = smooth(tip, closed=True)
        canvas.drawPath(shape, fill(Colour(0.2, 0.04, 0.04), 0.35 * min(1, 2 * out), 3))
        canvas.drawPath(
            shape,
            glow(
                x - 4,
                y + 2,
                40,
                [(0, mix(TONGUE, WHITE, 0.16), 1), (0.6, TONGUE * 0.94, 1), (1, TONGUE * 0.66, 1)],
            ),
        )
        canvas.drawLine(x, y - 8, x, y + 8, stroke(TONGUE * 0.62, 2.4, 0.5, 1.4))
        canvas.drawPath(smooth(shifted(upper, 0, 2)), stroke(Colour(0.12, 0.02, 0.02), 7, 0.3))
        canvas.restore()

    def _lips(self, canvas: skia.Canvas, top: Array, upper: Array, lower: Array, bottom: Array) -> None:
        y0, y1 = float(top[:, 1].min()), float(upper[4, 1])
        over = between(top, upper)
        self._lip_body(
            canvas,
            over,
            ramp(
                (0, y0),
                (0, y1 + 1),
                [
                    (0, mix(self._lip, self._dark, 0.15), 1),
                    (0.6, mix(self._lip, self._dark, 0.45), 1),
                    (1, self._dark, 1),
                ],
            ),
        )
        y0, y1 = float(lower[4, 1]), float(bottom[:, 1].max())
        under = between(lower, bottom)
        bright = mix(self._lip, Colour(1.0, 0.86, 0.82), 0.16)
        self._lip_body(
            canvas,
            under,
            ramp(
                (0, y0),
                (0, y1),
                [
                    (0, mix(self._lip, self._dark, 0.35), 1),
                    (0.35, bright, 1),
                    (0.7, self._lip, 1),
                    (1, mix(self._lip, self._dark, 0.45), 1),
                ],
            ),
        )
        self._shine(canvas, over, under, (top, lower, bottom))

    @staticmethod
    def _lip_body(canvas: skia.Canvas, shape: skia.Path, paint: skia.Paint) -> None:
        """A body with a half-clear rim, so that the lip's border melts into the skin."""
        canvas.drawPath(shape, paint)
        paint.setAlphaf(0.34)
        paint.setStyle(skia.Paint.kStroke_Style)
        paint.setStrokeJoin(skia.Paint.kRound_Join)
        paint.setStrokeWidth(2.6)
        canvas.drawPath(shape, paint)

    def _shine(
        self, canvas: skia.Canvas, over: skia.Path, under: skia.Path, curves: tuple[Array, Array, Array]
    ) -> None:
        top, lower, bottom = curves
        canvas.save()
        canvas.clipPath(under, skia.ClipOp.kIntersect, True)
        middle = lower + (bottom - lower) * 0.36
        canvas.drawPath(ribbon(middle[2:6], np.array([1, 4.5, 4, 1])), fill(Colour(1, 0.93, 0.9), 0.40, 2.4))
        canvas.drawPath(smooth(middle[5:8]), stroke(self._dark, 12, 0.20, 4))
        canvas.restore()
        canvas.save()
        canvas.clipPath(over, skia.ClipOp.kIntersect, True)
        canvas.drawPath(smooth(shifted(top[2:5], 1, 3.2)), stroke(Colour(1, 0.9, 0.86), 2.4, 0.22, 1.4))
        canvas.restore()

    def _seam(self, canvas: skia.Canvas, upper: Array, lower: Array, gap: float) -> None:
        """The dark line between closed lips, and the thin shaded rims of parted ones."""
        dark = self._dark * 0.42
        widths = np.array([1.6, 2.3, 2.2, 1.8, 2.3, 1.8, 2.2, 2.3, 1.6])
        canvas.drawPath(ribbon(shifted(upper, 0, 0.3), widths), fill(dark, 0.78 if gap < 3 else 0.5))
        if gap > 3:
            canvas.drawPath(ribbon(lower, widths * 0.5), fill(self._lip * 0.7, 0.4))

    def _corners(self, canvas: skia.Canvas, upper: Array) -> None:
        for end, inward in ((upper[0], upper[1]), (upper[-1], upper[-2])):
            _dab(canvas, end + 0.08 * (end - inward), 9, self._corner)


def _dab(canvas: skia.Canvas, at: Array, radius: float, paint: skia.Paint) -> None:
    """A gradient of radius 1, drawn where and as large as wanted."""
    canvas.save()
    canvas.translate(float(at[0]), float(at[1]))
    canvas.scale(radius, radius)
    canvas.drawCircle(0, 0, 1, paint)
    canvas.restore()
