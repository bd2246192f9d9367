"""Training of the network, in torch: posts, MELD and DailyDialog share the embeddings and one hidden layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dialogue.compression import pack
from dialogue.network import HEADS, WIDTHS
from dialogue.vocabulary import MOST_PIECES, PADDING, PIECES, UNKNOWN, Vocabulary, pieces

if TYPE_CHECKING:
    import torch

LEAST = 3
"""Times a token must stand in the training texts to have a row of its own."""
DIM, FILTERS, HIDDEN = 64, 80, 96
EPOCHS, BATCH, RATE, WARM_STEPS = 7, 96, 2.5e-3, 300
LONGEST = 80
"""Tokens of a training text, from its start; posts are cut to 30 words by their makers."""
PLAIN_SHARE = 0.2
"""Share of texts that are met without marks, as recognised speech comes."""
WORTH = {"posts": 0.25, "meld": 0.5, "daily": 0.3}
"""What a task's loss counts; that of posts is a sum over 35 outputs."""
Floats = NDArray[np.float32]
Texts = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """One head's texts as tokens, with and without marks, and its truths (n x outputs in 0..1)."""

    head: str
    said: Texts
    plain: Texts
    truth: Floats

    def part(self, rows: NDArray[np.int64]) -> Task:
        """Some of the rows."""
        return Task(self.head, [self.said[i] for i in rows], [self.plain[i] for i in rows], self.truth[rows])


def learn(tasks: Sequence[Task], seed: int, progress: Callable[[float], None]) -> dict[str, NDArray[Any]]:
    """The arrays of `dialogue.network.Network`, trained on the tasks; uses a GPU where torch finds one."""
    import torch

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    vocabulary = Vocabulary.of([said for task in tasks for said in task.said], LEAST)
    encoder = _Encoder(vocabulary)
    threads = torch.get_num_threads()
    # In one thread sums come in the same order on every machine; the network is too small to gain from more.
    torch.set_num_threads(1)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = _model(len(vocabulary), {task.head: task.truth.shape[1] for task in tasks}).to(device)
        _start(model, tasks)
        random = np.random.default_rng(seed)
        optimizer = torch.optim.AdamW(model.parameters(), RATE, weight_decay=0.01)
        steps = EPOCHS * sum(len(task.said) // BATCH + 1 for task in tasks)
        step = 0
        for _ in range(EPOCHS):
            for task, rows in _batches(tasks, random):
                for group in optimizer.param_groups:
                    group["lr"] = RATE * min(1.0, (step + 1) / WARM_STEPS) * (1 - step / steps)
                chosen = [task.plain[i] if random.random() < PLAIN_SHARE else task.said[i] for i in rows]
                words, runs = (part.to(device) for part in encoder(chosen))
                loss = WORTH[task.head] * _loss(model(words, runs, task.head), task, rows)
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]  # torch's own
                torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
                optimizer.step()
                step += 1
                progress(step / steps)
    torch.set_num_threads(threads)
    return _exported(model, vocabulary)


def _batches(tasks: Sequence[Task], random: np.random.Generator) -> list[tuple[Task, NDArray[np.int64]]]:
    parts = [
        (task, rows)
        for task in tasks
        for rows in np.array_split(random.permutation(len(task.said)), len(task.said) // BATCH + 1)
    ]
    random.shuffle(parts)  # type: ignore[arg-type]  # a list is shuffled in place
    return parts


def _loss(logits: torch.Tensor, task: Task, rows: NDArray[np.int64]) -> torch.Tensor:
    import torch
    from torch.nn import functional

    truth = torch.from_numpy(task.truth[rows]).to(logits.device)
    if task.head == "posts":
        return functional.binary_cross_entropy_with_logits(logits, truth, reduction="sum") / len(rows)
    return functional.cross_entropy(logits, truth)


class _Encoder:
    """Tokens to the rows of words (n x length) and of their letter runs (n x length x `MOST_PIECES`)."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._known: dict[str, tuple[int, list[int]]] = {}

    def __call__(self, texts: Texts) -> tuple[torch.Tensor, torch.Tensor]:
        import torch

        length = max(1, min(LONGEST, max(len(said) for said in texts)))
        words = np.full((len(texts), length), PADDING, np.int64)
        runs = np.full((len(texts), length, MOST_PIECES), PADDING, np.int64)
        for i, said in enumerate(texts):
            if not said:
                words[i, 0] = UNKNOWN
            for j, token in enumerate(said[:LONGEST]):
                words[i, j], places = self._rows(token)
                runs[i, j, : len(places)] = places
        return torch.from_numpy(words), torch.from_numpy(runs)

    def _rows(self, token: str) -> tuple[int, list[int]]:
        found = self._known.get(token)
        if found is None:
            found = self._known[token] = (self._vocabulary.row(token), list(pieces(token)))
        return found


def _model(words: int, outputs: dict[str, int]) -> Any:  # noqa: ANN401 - a class that only exists where torch does
    import torch
    from torch import nn
    from torch.nn import functional

    class Model(nn.Module):
        """The network of `dialogue.network`, with dropout (Srivastava et al., 2014) on words, layers and units."""

        def __init__(self) -> None:
            super().__init__()
            self.words = nn.Embedding(words, DIM, padding_idx=PADDING)
            self.pieces = nn.Embedding(PIECES, DIM, padding_idx=PADDING)
            self.filters = nn.ModuleList(nn.Linear(width * DIM, FILTERS) for width in WIDTHS)
            self.hidden = nn.Linear(2 * FILTERS * len(WIDTHS), HIDDEN)
            self.heads = nn.ModuleDict({head: nn.Linear(HIDDEN, count) for head, count in outputs.items()})
            for table in (self.words, self.pieces):
                nn.init.normal_(table.weight, 0.0, 0.1)
                with torch.no_grad():
                    table.weight[PADDING] = 0

        def forward(self, said: torch.Tensor, runs: torch.Tensor, head: str) -> torch.Tensor:
            there = said != PADDING  # batch x length
            if self.training:
                said = torch.where(there & (torch.rand(said.shape, device=said.device) < 0.05), UNKNOWN, said)
            spelt = (runs != PADDING).sum(2, keepdim=True)
            values = self.words(said) + self.pieces(runs).sum(2) / torch.sqrt(spelt + 1.0)
            values = functional.dropout(values, 0.3, self.training) * there[..., None]
            count = torch.sqrt(there.sum(1, keepdim=True).float())
            parts = []
            for width, filters in zip(WIDTHS, self.filters, strict=True):
                before = width // 2
                padded = functional.pad(values, (0, 0, before, width - 1 - before))
                windows = torch.cat([padded[:, i : i + said.shape[1]] for i in range(width)], dim=2)
                response = functional.relu(filters(windows)) * there[..., None]
                parts += [response.amax(1), response.sum(1) / count]
            joined = functional.dropout(torch.cat(parts, 1), 0.5, self.training)
            hidden = functional.dropout(functional.relu(self.hidden(joined)), 0.5, self.training)
            logits: torch.Tensor = self.heads[head](hidden)
            return logits

    return Model()


def _start(model: Any, tasks: Sequence[Task]) -> None:  # noqa: ANN401 - the class inside `_model`
    """Heads begin at the shares of their labels, so that the first steps are not spent on learning those."""
    import torch

    for task in tasks:
        share = np.clip(task.truth.mean(axis=0), 1e-4, 1 - 1e-4)
        logits = np.log(share / (1 - share)) if task.head == "posts" else np.log(share)
        with torch.no_grad():
            model.heads[task.head].bias.copy_(torch.from_numpy(logits.astype(np.float32)))


def _exported(model: Any, vocabulary: Vocabulary) -> dict[str, NDArray[Any]]:  # noqa: ANN401 - as above
    state = {name: value.detach().cpu().numpy() for name, value in model.state_dict().items()}
    arrays: dict[str, NDArray[Any]] = {
        "network.words.hashes": vocabulary.hashes,
        **pack("network.words", state["words.weight"]),
        **pack("network.pieces", state["pieces.weight"]),
    }
    layers = {f"filters{width}": f"filters.{i}" for i, width in enumerate(WIDTHS)}
    layers |= {"hidden": "hidden"} | {head: f"heads.{head}" for head in HEADS}
    for name, layer in layers.items():
        arrays[f"network.{name}.weight"] = np.ascontiguousarray(state[f"{layer}.weight"].T).astype(np.float16)
        arrays[f"network.{name}.bias"] = state[f"{layer}.bias"].astype(np.float32)
    return arrays
