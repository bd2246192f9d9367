"""Teaching one network of the voice reader with PyTorch; what is learnt comes out as `VoiceNetwork`'s arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from voice.contours import CHANNELS
from voice.mel import BANDS
from voice.network import DEPTH, HEADS, POOL

if TYPE_CHECKING:
    import torch

Array = NDArray[np.float32]
KERNELS = (5, 5, 3)
WIDTHS = (64, 96, 96)
HEARD = 96
COUNTED = (160, 64)
BATCH = 64
RATE = 3e-3
DECAY = 0.05
SMOOTHING = 0.1
"""Share of each label that is spread over all: people disagree about acted feelings as often."""
MIXED = 0.6
"""Share of batches in which pairs of clips are mixed (mixup, Zhang et al., ICLR 2018)."""
MIX_BETA = 0.3
LONGEST_STEPS = 128
"""Steps of one training crop: 2.6 s, as much as a live reading hears."""
SHORTEST_STEPS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What is learnt from: contours (steps x channels each), functionals (n x measures), labels (n), weights (n)."""

    contours: Sequence[Array]
    functionals: Array
    labels: NDArray[np.intp]
    weights: Array
    classes: int


def learn(lesson: Lesson, steps: int, seed: int, progress: Callable[[float], None]) -> dict[str, Array]:
    """Train one network for so many batches; the same seed gives the same network. A GPU is used where there is one."""
    import torch
    from torch.nn.functional import log_softmax

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    random = np.random.default_rng(seed)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # the layers are too small to share, and sums in one order give one result
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = pupil(lesson.functionals.shape[1], lesson.classes).to(device)
        optimizer = torch.optim.AdamW(network.parameters(), lr=RATE / 10, weight_decay=DECAY)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.2)
        order: list[int] = []
        for step in range(steps):
            if len(order) < BATCH:
                order = [*map(int, random.permutation(len(lesson.labels))), *order]
            rows = [order.pop() for _ in range(min(BATCH, len(order)))]
            inputs, target, weight = (
                tuple(torch.from_numpy(part).to(device) for part in group) for group in _batch(lesson, rows, random)
            )
            spread = log_softmax(network(*inputs), dim=1)
            loss = (-(target[0] * spread).sum(dim=1) * weight[0]).mean()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            if step % 20 == 0:
                progress(step / steps)
    torch.set_num_threads(threads)
    return exported({name: value.cpu().numpy() for name, value in network.state_dict().items()})


def pupil(measures: int, classes: int) -> torch.nn.Module:
    """The network that `VoiceNetwork` computes, as PyTorch trains it: with dropout, normalisation and masks."""
    import torch
    from torch import nn
    from torch.nn.functional import dropout, max_pool1d, relu

    class Pupil(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            ins = (CHANNELS, *WIDTHS)
            self.convolution = nn.ModuleList(
                nn.Conv1d(ins[i], WIDTHS[i], KERNELS[i], padding=KERNELS[i] // 2) for i in range(DEPTH)
            )
            self.norm = nn.ModuleList(nn.BatchNorm1d(width) for width in WIDTHS)
            self.attention = nn.Conv1d(WIDTHS[-1], HEADS, 1)
            self.heard, self.heard_norm = nn.Linear(2 * WIDTHS[-1], HEARD), nn.BatchNorm1d(HEARD)
            self.counted0, self.counted_norm = nn.Linear(measures, COUNTED[0]), nn.BatchNorm1d(COUNTED[0])
            self.counted1 = nn.Linear(COUNTED[0], COUNTED[1])
            self.output = nn.Linear(HEARD + COUNTED[1], classes)

        def forward(self, contours: torch.Tensor, mask: torch.Tensor, functionals: torch.Tensor) -> torch.Tensor:
            hidden, mask = contours, mask[:, None]
            for layer in range(DEPTH):
                hidden = relu(self.norm[layer](self.convolution[layer](hidden))) * mask
                if layer < DEPTH - 1:
                    hidden = max_pool1d(dropout(hidden, 0.15, self.training), POOL)
                    mask = max_pool1d(mask, POOL)
            looks = torch.softmax(self.attention(hidden) + (mask - 1) * 1e4, dim=2)[:, :, None]
            groups = hidden.reshape(len(hidden), HEADS, -1, hidden.shape[-1])
            mean = (groups * looks).sum(dim=3)
            spread = ((groups**2 * looks).sum(dim=3) - mean**2).clamp(min=1e-4).sqrt()
            heard = self.heard(torch.cat((mean.flatten(1), spread.flatten(1)), dim=1))
            heard = dropout(relu(self.heard_norm(heard)), 0.3, self.training)
            counted = self.counted0(dropout(functionals, 0.2, self.training))
            counted = dropout(relu(self.counted_norm(counted)), 0.5, self.training)
            counted = dropout(relu(self.counted1(counted)), 0.4, self.training)
            scores: torch.Tensor = self.output(torch.cat((heard, counted), dim=1))
            return scores

    return Pupil()


def exported(state: Mapping[str, Array]) -> dict[str, Array]:
    """A pupil's parameters as `VoiceNetwork` names them, normalisation folded into the layer before it."""

    def folded(layer: str, norm: str) -> tuple[Array, Array]:
        scale = state[f"{norm}.weight"] / np.sqrt(state[f"{norm}.running_var"] + 1e-5)
        weight = state[f"{layer}.weight"]
        weight = weight * scale.reshape(-1, *[1] * (weight.ndim - 1))
        return weight, (state[f"{layer}.bias"] - state[f"{norm}.running_mean"]) * scale + state[f"{norm}.bias"]

    arrays: dict[str, Array] = {}
    for depth in range(DEPTH):
        weight, arrays[f"shift{depth}"] = folded(f"convolution.{depth}", f"norm.{depth}")
        arrays[f"convolution{depth}"] = weight.transpose(2, 1, 0)  # taps x in x out
    for layer, norm in (("heard", "heard_norm"), ("counted0", "counted_norm")):
        weight, arrays[f"{layer}_shift"] = folded(layer, norm)
        arrays[layer] = weight.T
    arrays["attention"], arrays["attention_shift"] = state["attention.weight"][:, :, 0].T, state["attention.bias"]
    for layer in ("counted1", "output"):
        arrays[layer], arrays[f"{layer}_shift"] = state[f"{layer}.weight"].T, state[f"{layer}.bias"]
    return {name: np.ascontiguousarray(array, dtype=np.float32) for name, array in arrays.items()}


def _batch(
    lesson: Lesson, rows: Sequence[int], random: Generator
) -> tuple[tuple[Array, Array, Array], tuple[Array], tuple[Array]]:
    """Inputs (contours, mask, functionals), targets and weights; clips cropped, masked and at times mixed."""
    crops = [_crop(lesson.contours[row], random) for row in rows]
    longest = max(SHORTEST_STEPS, *(len(crop) for crop in crops))
    contours = np.zeros((len(rows), CHANNELS, longest), dtype=np.float32)
    mask = np.zeros((len(rows), longest), dtype=np.float32)
    for index, crop in enumerate(crops):
        contours[index, :, : len(crop)] = crop.T
        mask[index, : len(crop)] = 1
    functionals, weights = lesson.functionals[rows], lesson.weights[rows]
    targets = np.full((len(rows), lesson.classes), SMOOTHING / lesson.classes, dtype=np.float32)
    targets[np.arange(len(rows)), lesson.labels[rows]] += 1 - SMOOTHING
    if random.random() < MIXED:
        share = np.float32(random.beta(MIX_BETA, MIX_BETA))
        other = random.permutation(len(rows))
        contours, functionals, targets, weights = (
            share * part + (1 - share) * part[other] for part in (contours, functionals, targets, weights)
        )
        mask = np.maximum(mask, mask[other])
    return (contours, mask, functionals), (targets,), (weights,)


def _crop(steps: Array, random: Generator) -> Array:
    """A part of a clip, with some bands and moments hidden (SpecAugment, Park et al., Interspeech 2019)."""
    length = min(len(steps), max(SHORTEST_STEPS + 10, int(random.integers(SHORTEST_STEPS, LONGEST_STEPS + 1))))
    start = int(random.integers(0, len(steps) - length + 1))
    crop = steps[start : start + length].copy()
    if random.random() < 0.6:
        band = int(random.integers(0, BANDS))
        crop[:, band : min(BANDS, band + int(random.integers(1, 9)))] = 0
    if random.random() < 0.6:
        moment = int(random.integers(0, max(1, length - 15)))
        crop[moment : moment + int(random.integers(1, 15))] = 0
    if random.random() < 0.15:
        crop[:, BANDS:] = 0  # pitch is lost in noise
    return crop
