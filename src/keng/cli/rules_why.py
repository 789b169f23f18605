"""`keng rules why RULE EVENT`, `why-not`: which selections and items decided, with the values they saw."""

from typing import TYPE_CHECKING, Annotated

import typer

from keng.cli.rules_given import RuleName
from keng.cli.rules_told import AsJson, Data, shown
from keng.i18n import _

if TYPE_CHECKING:
    from keng.detect.sigma.explain import Explanation, Part

EventPlace = Annotated[
    str, typer.Argument(help=_("An event: a JSON file, - for standard input, or the id of a stored event."))
]


def why(rule: RuleName, event: EventPlace, data: Data = None, as_json: AsJson = False) -> None:
    """Why a rule matches an event. Ends with 1 if it does not."""
    _tell(rule, event, data, as_json, True)


def why_not(rule: RuleName, event: EventPlace, data: Data = None, as_json: AsJson = False) -> None:
    """Why a rule does not match an event: the fewest parts that stand in the way. Ends with 1 if it does match."""
    _tell(rule, event, data, as_json, False)


def _tell(rule: str, event: str, data: Data, as_json: bool, wanted: bool) -> None:
    import msgspec

    from keng.cli.rules_given import one_event, one_rule
    from keng.detect.sigma.explain import explain

    found = explain(one_rule(rule, data), one_event(event, data))
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
    else:
        _as_text(found)
    if found.matches is not wanted:
        raise typer.Exit(1)


def _as_text(found: "Explanation") -> None:
    heading = (
        _("“{title}” matches this event.") if found.matches else _("“{title}” does not match this event.")
    )
    typer.echo(shown(heading.format(title=found.title)))
    if not found.source_fits:
        wanted = ", ".join(f"{name}: {value}" for name, value in found.source.items() if value)
        has = ", ".join(f"{name}: {value}" for name, value in found.event_source.items() if value)
        typer.echo(
            shown(
                _(
                    "The log source does not fit: the rule is for {wanted}; the event is {has}.",
                    wanted=wanted,
                    has=has or "?",
                )
            )
        )
    for name, holds in found.selections.items():
        typer.echo(shown(f"  {'✓' if holds else '✗'} {name}"))
    if found.reasons:
        typer.echo(_("By these parts:"))
    if found.failing:
        typer.echo(_("These parts stand in the way:"))
    for part in (*found.reasons, *found.failing):
        typer.echo(shown("  " + _line(part)))


def _line(part: "Part") -> str:
    value = _("absent") if part.value is None else repr(part.value)
    field = part.field or _("anywhere in the event")
    if part.holds is part.must:
        must = _("and does") if part.must else _("and must not, and does not")
    else:
        must = _("but does not") if part.must else _("but must not")
    return _(
        "{selection}: {field} = {value} is held to {wanted} {must}",
        selection=part.selection, field=field, value=value, wanted=part.wanted, must=must,
    )  # fmt: skip
