"""`report`: the measured dialogues as one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from importlib.resources import files

from companion.types import STRATEGIES, Plan, Risk
from dialogue.conversations import Evaluated
from dialogue.fluency import faults
from dialogue.rehearsals import Played, Rehearsal

SHOWN_SHARE = 0.1
"""Strategies of a plan below this share are not named."""


def report(evaluated: Evaluated, title: str) -> str:
    """The page: summary figures, strategies, stages, then each dialogue with the plan beside each reply.

    Self-contained, for light and dark; whatever was said is escaped.
    """
    style = files("dialogue").joinpath("report.css").read_text(encoding="utf-8")
    body = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="quiet">{evaluated.measures.n} dialogues, {evaluated.measures.turns} turns; '
        f"seeker: {escape(evaluated.seeker)}{_left_out(evaluated)}</p>",
        "<h2>Built-in measures</h2>",
        _figures(_measures(evaluated)),
        f'<p class="quiet">Of the slope: {escape(evaluated.measures.valence.note)}.</p>'
        if evaluated.measures.valence.note
        else "",
        "<h2>Judges</h2>",
        _judges(evaluated),
        "<h2>Strategies</h2>",
        _shares(evaluated.measures.strategies),
        "<h2>Stages</h2>",
        _stages(evaluated),
        "<h2>Danger</h2>",
        _danger(evaluated),
        "<h2>Dialogues</h2>",
        *(_dialogue(each) for each in evaluated.rehearsals),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style}</style></head>\n<body><main>\n"
        + "\n".join(part for part in body if part)
        + "\n</main></body></html>\n"
    )


def _left_out(evaluated: Evaluated) -> str:
    return f"; {evaluated.left_out} cards left out, not in English" if evaluated.left_out else ""


def _measures(evaluated: Evaluated) -> dict[str, str]:
    found = evaluated.measures
    return {
        "user valence, slope a turn": f"{found.valence.slope:+.3f}",
        "user valence, first to last": f"{found.valence.first:+.2f} to {found.valence.last:+.2f}",
        "sentences said before": f"{found.repetition['repeated_sentences']:.1%}",
        "distinct-1 / distinct-2": f"{found.repetition['distinct_1']:.2f} / {found.repetition['distinct_2']:.2f}",
        "words a reply": f"{found.length['mean_words']:.1f}",
        "replies of 6-35 words": f"{found.length['share_6_to_35']:.1%}",
        "questions a turn": f"{found.questions_per_turn:.2f}",
        "emotional reaction (0-2)": f"{found.empathy['emotional_reaction']:.2f}",
        "interpretation (0-2)": f"{found.empathy['interpretation']:.2f}",
        "exploration (0-2)": f"{found.empathy['exploration']:.2f}",
        "fluency (0-1)": f"{found.fluency:.3f}",
    }


def _figures(figures: Mapping[str, str]) -> str:
    cells = (
        f'<div class="figure"><b>{escape(value)}</b><span>{escape(name)}</span></div>'
        for name, value in figures.items()
    )
    return f'<div class="figures">{"".join(cells)}</div>'


def _judges(evaluated: Evaluated) -> str:
    if evaluated.judge is None:
        return '<p class="quiet">No model judged these dialogues; only the built-in measures are given.</p>'
    rows = {"all judges": evaluated.judge.mean, **evaluated.judge.models}
    head = "".join(f"<th>{escape(name.replace('_', ' '))} (1-5)</th>" for name in evaluated.judge.mean)
    body = "".join(
        f"<tr><td>{escape(name)}</td>{''.join(f'<td>{score:.2f}</td>' for score in scores.values())}</tr>"
        for name, scores in rows.items()
    )
    return f"<table><tr><th>judge</th>{head}</tr>{body}</table>"


def _shares(shares: Mapping[str, float]) -> str:
    rows = "".join(
        f'<tr><td>{escape(name)}</td><td><meter value="{share:.4f}" max="1">{share:.2f}</meter></td>'
        f"<td>{share:.1%}</td></tr>"
        for name, share in shares.items()
    )
    return f"<table>{rows}</table>"


def _stages(evaluated: Evaluated) -> str:
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{reached.share:.1%} of the dialogues</td>"
        f"<td>{'-' if reached.mean_turn is None else f'turn {reached.mean_turn:.1f}'}</td></tr>"
        for name, reached in evaluated.measures.stages.items()
    )
    return f"<table>{rows}</table>"


def _danger(evaluated: Evaluated) -> str:
    found = evaluated.measures.crisis
    told = [
        f"Cards whose words speak of danger: {found.cards}. Dialogues in which the person spoke of it: {found.spoken}; "
        f"answered by the crisis path: {found.answered}."
    ]
    if found.missed:
        told.append(f"Cards of danger where it did not come in: {', '.join(found.missed)}.")
    told += [f"In card {name} a crisis was answered: {line}" for name, line in found.unexpected.items()]
    return "".join(f"<p>{escape(line)}</p>" for line in told)


def _dialogue(rehearsal: Rehearsal) -> str:
    head = f"<summary><b>{escape(rehearsal.card.name)}</b> {escape(rehearsal.card.problem)}</summary>"
    return f"<details>{head}{''.join(_turn(turn) for turn in rehearsal.turns)}</details>"


def _turn(turn: Played) -> str:
    wrong = "; ".join((*faults(turn.reply), *turn.notices))
    return (
        f'<div class="turn"><div><p class="said user">{escape(turn.line)}</p>'
        f'<p class="said own">{escape(turn.reply)}</p></div>'
        f'<div class="plan">{plan_lines(turn.plan)}<p>their words read {turn.affect.valence:+.2f}</p>'
        f"{f'<p>noticed: {escape(wrong)}</p>' if wrong else ''}</div></div>"
    )


def plan_lines(plan: Plan) -> str:
    """A plan as HTML."""
    ranked = sorted(zip(STRATEGIES, plan.strategies, strict=True), key=lambda pair: -pair[1])
    mixture = ", ".join(f"{name} {share:.0%}" for name, share in ranked if share >= SHOWN_SHARE)
    fields = {
        "feeling": plan.emotion, "cause": plan.cause, "what it means to them": plan.appraisal,
        "they want": plan.intention, "running through": plan.problem, "strength": plan.value, "why": plan.reason,
    }  # fmt: skip
    risk = "" if plan.risk is Risk.NONE else f' <span class="risk">{escape(plan.risk)}</span>'
    told = "".join(f"<br>{escape(name)}: {escape(value)}" for name, value in fields.items() if value)
    return f"<p><b>{escape(plan.stage)}: {escape(mixture)}</b>{risk}{told}</p>"
