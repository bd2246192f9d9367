"""The commands of personas: `companion persona list | show | match`."""

from __future__ import annotations

from typing import Annotated

import typer

from companion.terminal import AsJson, fail, show

persona = typer.Typer(help="Who the companion is: see personas, or find the one that fits you.", no_args_is_help=True)


@persona.command("list")
def list_personas(as_json: AsJson = False) -> None:
    """The personas that ship, and those in your own folder."""
    from dialogue.persona import PersonaError, own_files, personas, read

    rows = [{"key": each.key, "name": each.name, "summary": each.summary} for each in personas()]
    for key, path in own_files().items():
        try:
            own = read(path)
            rows.append({"key": key, "name": own.name, "summary": own.summary})
        except PersonaError as error:
            rows.append({"key": key, "name": "", "summary": f"cannot be used: {error}"})
    show(rows if as_json else "\n".join(f"{row['key']:<12} {row['name']:<10} {row['summary']}" for row in rows))


@persona.command("show")
def show_persona(
    name: Annotated[str, typer.Argument(help="A persona's key, or the path of its file.")], as_json: AsJson = False
) -> None:
    """One persona: manner, traits, boundaries and skills."""
    from dialogue.persona import PersonaError
    from dialogue.persona import persona as find

    try:
        found = find(name)
    except PersonaError as error:
        fail(str(error))
    if as_json:
        show(found.model_dump(mode="json"))
        return
    traits = ", ".join(f"{trait} {value:+.2f}" for trait, value in found.traits.model_dump().items())
    told = [f"{found.name} ({found.key}): {found.summary}", found.manner.strip(), f"Traits: {traits}"]
    told += [f"Type: {found.type} (a rough shorthand)"] if found.type else []
    told += [f"Skills: {', '.join(sorted(found.skills))}"] if found.skills else []
    show("\n".join([*told, *(f"- {boundary}" for boundary in found.boundaries)]))


@persona.command("match")
def match_persona(
    answers: Annotated[str, typer.Option(help="Your answers, such as 1,2,3,1,2; asked for where not given.")] = "",
    as_json: AsJson = False,
) -> None:
    """Five questions, and which persona fits your answers."""
    from dialogue.questionnaire import match

    try:
        given = [int(each) for each in answers.split(",")] if answers else _asked()
        found = match(given)
    except ValueError as error:
        reason = str(error)
        fail("answers are numbers such as 1,2,3,1,2" if "invalid literal" in reason else reason)
    if as_json:
        show([{"persona": each.persona, "score": each.score, "reason": each.reason} for each in found])
    else:
        show("\n".join(f"{each.persona:<8} {each.score:.0%}  {each.reason}" for each in found))


def _asked() -> list[int]:
    from dialogue.questionnaire import questions

    given = []
    for question in questions():
        typer.echo(question.text)
        for number, answer in enumerate(question.answers, start=1):
            typer.echo(f"  {number}  {answer}")
        given.append(typer.prompt("Answer", type=int))
    return given


def register(app: typer.Typer) -> None:
    """Add `companion persona`."""
    app.add_typer(persona, name="persona")
