"""`train`: GoEmotions, MELD and RECCON's DailyDialog to the weights of `dialogue.words_reader`."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companion.labelled import DataError
from companion.scores import multilabel_scores, scores
from dialogue.calibration import Dialogue as DialogueHead
from dialogue.calibration import Posts as PostsHead
from dialogue.calibration import fit_dialogue, fit_posts
from dialogue.causefitting import fit_causes
from dialogue.corpora import Dialogue, Posts, read_meld, read_posts, read_reccon
from dialogue.exchange import described
from dialogue.fitting import DIALOGUES, POSTS, counted, exported, fit, frequent, strongest, weighted
from dialogue.goemotions import GROUPS, LABELS, grouped
from dialogue.judgement import Judge, Judgement, remembered, stacked
from dialogue.learning import Task, learn
from dialogue.tokens import plain, tokens
from weights.store import write

FOLDS = 3
FEWEST = 10
"""Posts that each label needs, so that every fold has some."""
KEPT = 28_000
"""Grams that ship: as good as all 120,000 in cross-validation."""
PLAIN_EVERY = 4
"""Every so many texts are learnt once more as recognised speech gives them: lower case, no marks."""
STRENGTH = 0.01
"""Inverse regularisation of the dialogue head."""
Progress = Callable[[float, str], None]
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is learnt from."""

    posts: Posts
    meld: tuple[Dialogue, ...]
    daily: tuple[Dialogue, ...]

    @property
    def truth(self) -> NDArray[np.float32]:
        """Posts' 28 labels and 7 groups."""
        flags: NDArray[np.bool_] = np.concatenate([self.posts.flags, grouped(self.posts.flags)], axis=1)
        return flags.astype(np.float32)


def train(data: Path, out: Path, seed: int, progress: Progress) -> dict[str, float]:
    """Write the words reader's weights to `out`; what is done is kept in `<out>.resume` until the end.

    `data` is the folder of all recordings, or its `dialogue`. Returns the figures on texts held out by
    cross-validation (posts at random, MELD by whole dialogues). Raises `DataError` for data that cannot be used.
    """
    corpus = read_corpus(data)
    resume = out.with_name(out.name + ".resume")
    resume.mkdir(parents=True, exist_ok=True)
    folds = [_kept(resume / f"fold{i}", lambda i=i: _fold(corpus, i, seed, progress)) for i in range(FOLDS)]  # type: ignore[misc]
    whole = _kept(resume / "whole", lambda: _readers(corpus, seed, _step(progress, FOLDS, "all the texts")))
    progress(0.94, "calibration")
    figures, heads = _heads(corpus, folds, seed)
    arrays = {**whole, **heads}
    progress(0.96, "causes")
    found, causes = fit_causes(corpus.daily, Judge(arrays), seed)
    figures |= found
    write(out, {**arrays, **causes}, {"labels": LABELS, "groups": GROUPS, "seed": seed, "figures": figures})
    shutil.rmtree(resume)
    progress(1.0, "done")
    return figures


def read_corpus(data: Path) -> Corpus:
    """The training splits below a folder. Raises `DataError`."""
    folder = data / "dialogue" if (data / "dialogue").is_dir() else data
    corpus = Corpus(
        read_posts(folder / "goemotions" / "original" / "train.tsv"),
        read_meld(folder / "meld" / "train_sent_emo.csv"),
        read_reccon(folder / "reccon" / "dailydialog_train.json"),
    )
    for label, count in zip(LABELS, corpus.posts.flags.sum(axis=0), strict=True):
        if count < FEWEST:
            raise DataError(f"{folder}: {count} posts with the label {label!r}, at least {FEWEST} are needed")
    present = {line.emotion for lines in corpus.meld for line in lines}
    if missing := set(GROUPS) - present:
        raise DataError(f"{folder}: no line of MELD with the emotion {sorted(missing)[0]!r}")
    return corpus


def _kept(path: Path, make: Callable[[], Arrays]) -> Arrays:
    """What was made and kept before, or is made and kept now."""
    file = path.with_suffix(".npz")
    if file.is_file():
        with np.load(file) as table:
            return {name: table[name] for name in table.files}
    arrays = make()
    unfinished = path.with_suffix(".part.npz")
    np.savez(unfinished, **arrays)
    unfinished.rename(file)
    return arrays


def _step(progress: Progress, part: int, name: str) -> Callable[[float], None]:
    return lambda done: progress(0.93 * (part + done) / (FOLDS + 1), name)


def places(corpus: Corpus, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The fold of each post, and of each dialogue of MELD."""
    random = np.random.default_rng(seed)
    return random.permutation(len(corpus.posts.texts)) % FOLDS, random.permutation(len(corpus.meld)) % FOLDS


def _fold(corpus: Corpus, fold: int, seed: int, progress: Progress) -> Arrays:
    """What readers trained without a fold say of its texts."""
    posts, meld = places(corpus, seed)
    rows = np.flatnonzero(posts != fold)
    rest = Corpus(
        Posts(tuple(corpus.posts.texts[i] for i in rows), corpus.posts.flags[rows]),
        tuple(lines for lines, place in zip(corpus.meld, meld, strict=True) if place != fold),
        corpus.daily,
    )
    judge = Judge(_readers(rest, seed, _step(progress, fold, f"fold {fold + 1} of {FOLDS}")))
    held = [corpus.posts.texts[i] for i in np.flatnonzero(posts == fold)]
    lines = [line.text for dialogue, place in zip(corpus.meld, meld, strict=True) if place == fold for line in dialogue]
    said = [judge.judge(text) for text in lines]
    bare = [judge.judge(plain(text)) for text in held]
    return {
        "posts": np.stack([judge.judge(text).posts for text in held]),
        "plain": stacked(bare, "posts"),
        **{f"line.{name}": stacked(said, name) for name in ("posts", "meld", "daily")},
    }


def _readers(corpus: Corpus, seed: int, progress: Callable[[float], None]) -> Arrays:
    """The linear reader and the network."""
    linear = _linear(corpus, seed)
    progress(0.15)
    return {**linear, **learn(_tasks(corpus), seed, lambda done: progress(0.15 + 0.85 * done))}


def _linear(corpus: Corpus, seed: int) -> Arrays:
    posts = [*corpus.posts.texts, *(plain(text) for text in corpus.posts.texts[::PLAIN_EVERY])]
    truth = np.concatenate([corpus.truth, corpus.truth[::PLAIN_EVERY]])
    lines = [line.text for dialogue in corpus.meld for line in dialogue]
    felt = np.eye(len(GROUPS), dtype=np.float32)[_emotions(corpus.meld)]
    table, other = counted(posts), counted([*lines, *(plain(text) for text in lines[::PLAIN_EVERY])])
    kept, idf = frequent(table)
    weights, _ = fit(weighted(table, kept, idf), truth, POSTS, seed)
    # Once more with the heaviest alone: they make up for those that are gone.
    best = strongest(weights, KEPT)
    kept, idf = kept[best], idf[best].astype(np.float16).astype(np.float32)
    weights, bias = fit(weighted(table, kept, idf), truth, POSTS, seed)
    more, base = fit(weighted(other, kept, idf), np.concatenate([felt, felt[::PLAIN_EVERY]]), DIALOGUES, seed)
    return exported(kept, idf, np.concatenate([weights, more], axis=1), np.concatenate([bias, base]))


def _tasks(corpus: Corpus) -> list[Task]:
    def task(head: str, texts: Sequence[str], truth: NDArray[np.float32]) -> Task:
        return Task(head, [tokens(text) for text in texts], [tokens(plain(text)) for text in texts], truth)

    one = np.eye(len(GROUPS), dtype=np.float32)
    return [
        task("posts", corpus.posts.texts, corpus.truth),
        task("meld", [line.text for lines in corpus.meld for line in lines], one[_emotions(corpus.meld)]),
        task("daily", [line.text for lines in corpus.daily for line in lines], one[_emotions(corpus.daily)]),
    ]


def _emotions(dialogues: Sequence[Dialogue]) -> NDArray[np.int64]:
    return np.array([GROUPS.index(line.emotion) for lines in dialogues for line in lines])


def _heads(corpus: Corpus, folds: Sequence[Arrays], seed: int) -> tuple[dict[str, float], Arrays]:
    """The heads that are fitted on what was said of texts held out, and their figures."""
    posts, meld = places(corpus, seed)
    logits = np.zeros((len(posts), 2, len(LABELS) + len(GROUPS)), np.float32)
    bare = np.zeros_like(logits)
    for fold, said in enumerate(folds):
        logits[posts == fold], bare[posts == fold] = said["posts"], said["plain"]
    truth = corpus.truth.astype(bool)
    features = _features(corpus, folds, meld)
    emotions = _emotions(corpus.meld)
    figures = _posts_figures(logits, bare, truth, posts) | _dialogue_figures(features, emotions, _lines(corpus, meld))
    return figures, {**fit_posts(logits, truth), **fit_dialogue(features, emotions, STRENGTH)}


def _lines(corpus: Corpus, meld: NDArray[np.int64]) -> NDArray[np.int64]:
    """The fold of each line of MELD."""
    return np.repeat(meld, [len(lines) for lines in corpus.meld])


def _features(corpus: Corpus, folds: Sequence[Arrays], meld: NDArray[np.int64]) -> NDArray[np.float32]:
    """The features of each line of MELD, from readers that were not trained on its dialogue."""
    rows = []
    read = dict.fromkeys(range(len(folds)), 0)
    for lines, fold in zip(corpus.meld, meld, strict=True):
        judged: list[Judgement] = []
        for line in lines:
            at, read[fold] = read[fold], read[fold] + 1
            said = {name: folds[fold][f"line.{name}"][at] for name in ("posts", "meld", "daily")}
            judged.append(remembered(line.text, said))
        for at, line in enumerate(lines):
            before = [(lines[i].speaker == line.speaker, judged[i]) for i in range(at)]
            rows.append(described(judged[at], before))
    return np.stack(rows)


def _posts_figures(logits: Any, bare: Any, truth: NDArray[np.bool_], folds: NDArray[np.int64]) -> dict[str, float]:  # noqa: ANN401
    """Scaling and thresholds are fitted on all folds but the one that is measured."""
    probabilities, silent = np.zeros(truth.shape), np.zeros(truth.shape)
    chosen, muted = np.zeros(truth.shape, bool), np.zeros(truth.shape, bool)
    for fold in range(FOLDS):
        head, out = PostsHead(fit_posts(logits[folds != fold], truth[folds != fold])), folds == fold
        probabilities[out], silent[out] = head.probabilities(logits[out]), head.probabilities(bare[out])
        chosen[out], muted[out] = probabilities[out] >= head.thresholds, silent[out] >= head.thresholds
    fine, coarse = slice(0, len(LABELS)), slice(len(LABELS), None)
    figures: dict[str, float] = {}
    for name, part, names in (("goemotions", fine, LABELS), ("ekman", coarse, GROUPS)):
        marked = multilabel_scores(truth[:, part], probabilities[:, part], chosen[:, part], names)
        spoken = multilabel_scores(truth[:, part], silent[:, part], muted[:, part], names)
        figures |= {
            f"{name}_macro_f1": marked.macro_f1,
            f"{name}_ece": marked.ece,
            f"{name}_plain_macro_f1": spoken.macro_f1,
        }
    return figures


def _dialogue_figures(features: Any, truth: NDArray[np.int64], folds: NDArray[np.int64]) -> dict[str, float]:  # noqa: ANN401
    probabilities = np.zeros((len(truth), len(GROUPS)))
    for fold in range(FOLDS):
        head = DialogueHead(fit_dialogue(features[folds != fold], truth[folds != fold], STRENGTH))
        probabilities[folds == fold] = head.probabilities(features[folds == fold])
    found = scores([GROUPS[i] for i in truth], probabilities, GROUPS)
    return {"meld_weighted_f1": found.weighted_f1, "meld_macro_f1": found.macro_f1, "meld_ece": found.ece}
