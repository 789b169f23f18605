"""`keng rules why RULE EVENT`, `why-not`: which selections and items decided, with the values they saw."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from keng.cli.lines import put
from keng.cli.rules_given import EventPlace, RuleName
from keng.cli.rules_told import AsJson, Data, fail, shown
from keng.i18n import _

if TYPE_CHECKING:
    from keng.detect.sigma.explain import Explanation, Part
    from keng.rulebench.reasons import CorrelationReasons, Reasons

Number = Annotated[
    int,
    typer.Option(
        "--event", "-n", min=0,
        help=_("Which event, where there are several: 1 is the first. Default: the first that answers."),
    ),
]  # fmt: skip


def why(
    rule: RuleName, event: EventPlace, number: Number = 0, data: Data = None, as_json: AsJson = False
) -> None:
    """Why a rule matches an event. Ends with 1 if it does not."""
    _tell(rule, event, number, data, as_json, True)


def why_not(
    rule: RuleName, event: EventPlace, number: Number = 0, data: Data = None, as_json: AsJson = False
) -> None:
    """Why a rule does not match an event: the fewest parts that stand in the way. Ends with 1 if it does match."""
    _tell(rule, event, number, data, as_json, False)


def _tell(rule: str, place: str, number: int, data: Data, as_json: bool, wanted: bool) -> None:
    import msgspec

    from keng.cli.rules_given import chosen_rules, events_given, named_correlation, only_rule
    from keng.rulebench.reasons import correlation_reasons, reasons

    found = chosen_rules(rule, data)
    events = events_given(place, data)
    if number > len(events):
        fail(
            _(
                "there is no event {number}: {place} has {count}",
                number=number,
                place=place,
                count=len(events),
            )
        )
    correlation = named_correlation(found, rule)
    if correlation is not None:
        told = correlation_reasons(found, correlation, events)
        if as_json:
            typer.echo(msgspec.json.encode(told).decode())
        else:
            _correlation(told)
        matches = told.matches
    else:
        said = reasons(only_rule(found, rule), events, wanted, number)
        if as_json:
            value = msgspec.structs.asdict(said.explained) | {"event": said.number, "events": said.of}
            typer.echo(msgspec.json.encode(value).decode())
        else:
            _rule(said)
        matches = said.explained.matches
    if matches is not wanted:
        raise typer.Exit(1)


def _correlation(told: "CorrelationReasons") -> None:
    heading = (
        _("“{title}” alerts on these events: {alerts}", title=told.title, alerts=told.alerts)
        if told.matches
        else _("“{title}” does not alert on these events ({count}).", title=told.title, count=told.events)
    )
    put(shown(heading))
    by = ", ".join(told.group_by) or _("all together")
    put(
        shown(
            _(
                "It is a correlation: {kind} {condition} within {timespan} s, by {by}.",
                kind=told.kind, condition=told.condition, timespan=f"{told.timespan_s:,.0f}", by=by,
            )
        ),
        2,
    )  # fmt: skip
    for name, values in told.groups.items():
        if values:
            put(shown(f"{name}: {', '.join(value or _('absent') for value in values)}"), 4)
    for one in told.counted:
        put(
            shown(
                _(
                    "“{title}” matches {count} of {all} events",
                    title=one.title,
                    count=one.events,
                    all=told.events,
                )
            ),
            2,
        )
        if not one.events:
            _parts(one.nearest.explained, 4)


def _rule(said: "Reasons") -> None:
    found = said.explained
    heading = (
        _("“{title}” matches this event.", title=found.title)
        if found.matches
        else _("“{title}” does not match this event.", title=found.title)
    )
    put(shown(heading))
    if said.of > 1:
        put(_("It is event {number} of {count} (--event N for another).", number=said.number, count=said.of))
    for name, holds in found.selections.items():
        put(shown(f"{'✓' if holds else '✗'} {name}"), 2)
    _parts(found, 2)


def _parts(found: "Explanation", indent: int) -> None:
    if not found.source_fits:
        wanted = _source(found.source)
        has = _source(found.event_source) or _("of none that is known")
        put(
            shown(
                _(
                    "The log source does not fit: the rule is for {wanted}; the event is {has}.",
                    wanted=wanted,
                    has=has,
                )
            ),
            indent,
        )
    if found.reasons:
        put(_("By these parts:"), indent)
    if found.failing:
        put(_("These parts stand in the way:"), indent)
    for part in (*found.reasons, *found.failing):
        _part(part, indent + 2)


def _source(source: dict[str, Any]) -> str:
    texts = {name: ", ".join(value) if isinstance(value, list) else value for name, value in source.items()}
    return ", ".join(f"{name}: {text}" for name, text in texts.items() if text)


def _part(part: "Part", indent: int) -> None:
    """What is asked, and below it what the event has."""
    field = part.field or _("anywhere in the event")
    asked = (
        _("{selection}: {field} must be {wanted}")
        if part.must
        else _("{selection}: {field} must not be {wanted}")
    )
    sign = "✓" if part.holds is part.must else "✗"
    put(
        shown(f"{sign} " + asked.format(selection=part.selection, field=field, wanted=_cut(part.wanted))),
        indent,
        4,
    )
    value = part.value
    if isinstance(value, list):
        value = " · ".join(map(str, value))
    put(
        _("it is absent")
        if value is None
        else shown(_("it is {value}", value=_cut(str(value)) if str(value) else _("empty"))),
        indent + 4,
    )


def _cut(text: str) -> str:
    return text if len(text) <= 300 else text[:299] + "…"
