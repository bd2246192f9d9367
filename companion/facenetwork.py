"""`fit_network`: training of the convolutional network behind the reader of faces, with PyTorch."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companion.convolution import INPUT_SIDE, LAYERS, prepared
from companion.covering import covered
from companion.crop import evened

EPOCHS = 30
BATCH = 64
RATE, DECAY = 4e-3, 0.05
SMOOTHING = 0.1
"""Labels of photos are noisy: people disagree on every third."""
BALANCE = 0.7
"""How far rare feelings are weighted up: 1 would make all of them count the same."""
COVERED = 0.25
"""Share of faces that are shown with something before them; those teach nothing of feelings."""
WIDTHS = (16, 32, 64, 96)
Arrays = dict[str, NDArray[Any]]


def fit_network(
    faces: NDArray[np.uint8], truth: NDArray[np.int64], seed: int, progress: Callable[[float], None]
) -> Arrays:
    """Arrays for `Convolution` from cut faces (n x side x side, light not evened) and their labels (n,).

    Faces are shifted, turned, scaled, mirrored, partly erased (Zhong et al., AAAI 2020) and covered while it learns.
    """
    import torch
    from torch.nn import functional

    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    counts = np.bincount(truth)
    network = _network(len(counts)).to(device)
    weight = torch.tensor((1 / counts) ** BALANCE, dtype=torch.float32, device=device)
    weight = weight / weight.mean()
    steps = -(-len(faces) // BATCH)
    optimiser = torch.optim.AdamW(network.parameters(), RATE / 2, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=EPOCHS * steps)
    clear = np.stack([prepared(evened(face)) for face in faces])
    for epoch in range(EPOCHS):
        network.train()
        order = random.permutation(len(faces))
        for step in range(steps):
            chosen = order[step * BATCH : (step + 1) * BATCH]
            if len(chosen) < 2:  # batch normalisation needs company
                continue
            hidden = random.random(len(chosen)) < COVERED
            shown = clear[chosen].copy()
            for place in np.flatnonzero(hidden):
                shown[place] = prepared(evened(covered(faces[chosen[place]], random)))
            pictures = _varied(torch.from_numpy(shown)[:, None], random).to(device)
            feelings, covers = network(pictures)
            hid = torch.from_numpy(hidden).to(device)
            labels = torch.from_numpy(truth[chosen]).to(device)
            loss = functional.binary_cross_entropy_with_logits(covers[:, 0], hid.float())
            if not hidden.all():
                loss = loss + functional.cross_entropy(
                    feelings[~hid], labels[~hid], weight=weight, label_smoothing=SMOOTHING
                )
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
        progress((epoch + 1) / EPOCHS)
    return _folded(network)


def _network(labels: int) -> Any:  # noqa: ANN401 - a torch module, and torch is imported late
    from torch import nn

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            depths = (1, *WIDTHS)
            self.convolutions = nn.ModuleList(
                nn.Conv2d(a, b, 3, padding=1, bias=False) for a, b in itertools.pairwise(depths)
            )
            self.norms = nn.ModuleList(nn.BatchNorm2d(width) for width in WIDTHS)
            size = WIDTHS[-1] * (INPUT_SIDE // 2 ** (LAYERS - 1)) ** 2
            self.maps, self.values = nn.Dropout2d(0.2), nn.Dropout(0.5)
            self.feeling, self.covered = nn.Linear(size, labels), nn.Linear(size, 1)

        def forward(self, shown: Any) -> tuple[Any, Any]:  # noqa: ANN401 - tensors
            for index, (convolution, norm) in enumerate(zip(self.convolutions, self.norms, strict=True)):
                shown = norm(convolution(shown)).relu()
                if index < LAYERS - 1:
                    shown = nn.functional.max_pool2d(shown, 2)
            flat = self.maps(shown).flatten(1)
            return self.feeling(self.values(flat)), self.covered(flat)

    return Network()


def _varied(pictures: Any, random: np.random.Generator) -> Any:  # noqa: ANN401 - tensors
    """Each picture turned by up to 10 degrees, scaled and shifted by up to an eighth, maybe mirrored, relit, erased."""
    import torch
    from torch.nn import functional

    count = len(pictures)
    angle, scale = random.uniform(-0.175, 0.175, count), random.uniform(0.875, 1.125, count)
    mirror = random.choice([-1.0, 1.0], count)
    place = np.zeros((count, 2, 3), np.float32)
    place[:, 0, 0], place[:, 0, 1] = mirror * scale * np.cos(angle), -scale * np.sin(angle)
    place[:, 1, 0], place[:, 1, 1] = mirror * scale * np.sin(angle), scale * np.cos(angle)
    place[:, :, 2] = random.uniform(-0.08, 0.08, (count, 2))
    grid = functional.affine_grid(torch.from_numpy(place), list(pictures.shape), align_corners=False)
    moved = functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)
    contrast, light = random.uniform(0.8, 1.2, (count, 1, 1, 1)), random.uniform(-0.15, 0.15, (count, 1, 1, 1))
    moved = moved * torch.from_numpy(contrast.astype(np.float32)) + torch.from_numpy(light.astype(np.float32))
    for index in np.flatnonzero(random.random(count) < 0.3):
        row, column = random.integers(0, INPUT_SIDE - 14, 2)
        moved[index, :, row : row + 14, column : column + 14] = 0
    return moved


def _folded(network: Any) -> Arrays:  # noqa: ANN401 - a torch module
    """The network's arrays with each batch normalisation folded into the convolution before it."""
    import torch

    arrays: Arrays = {}
    with torch.no_grad():
        for index, (convolution, norm) in enumerate(zip(network.convolutions, network.norms, strict=True)):
            gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            arrays[f"network.{index}.weight"] = (convolution.weight * gain[:, None, None, None]).cpu().numpy()
            arrays[f"network.{index}.bias"] = (norm.bias - norm.running_mean * gain).cpu().numpy()
        for name in ("feeling", "covered"):
            head = getattr(network, name)
            arrays[f"network.{name}.weight"] = head.weight.cpu().numpy()
            arrays[f"network.{name}.bias"] = head.bias.cpu().numpy()
    return {name: array.astype(np.float16) for name, array in arrays.items()}
