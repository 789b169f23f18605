"""The rows of the table of conformance: what is asked, in our words. Tests name their rows with `row(name)`."""

from typing import NamedTuple


class Row(NamedTuple):
    """name: as the tests mark it; shown: in the table; what: must hold."""

    name: str
    shown: str
    what: str


def _modifier(names: str, what: str) -> list[Row]:
    return [Row(f"modifier {name}", f"`{name}`", what) for name in names.split()]


SECTIONS: dict[str, list[Row]] = {
    "Modifiers": [
        *_modifier("all", "every value of the list must be met; refused on a single value"),
        *_modifier("startswith", "free end; also on regular expressions and field references"),
        *_modifier("endswith", "free beginning; also on regular expressions and field references"),
        *_modifier("contains", "anywhere in the value; also on regular expressions and field references"),
        *_modifier("exists", "the field is there, whatever it holds, null too; true or false without quotes, first"),
        *_modifier("cased", "upper and lower case differ; before or after the modifiers of place"),
        *_modifier("neq", "none of the values; after other modifiers too"),
        *_modifier("windash", "`-` `/` `–` `—` `―` stand for each other, whichever of them the rule or the event writes"),
        *_modifier("re", "linear-time regular expressions, with case, found anywhere; first in the chain; `$` also before a final line break, as in PCRE"),
        *_modifier("i ignorecase", "a regular expression without case, Vietnamese letters included"),
        *_modifier("m multiline", "`^` and `$` at each line"),
        *_modifier("s dotall", "`.` is a line break, too"),
        *_modifier("base64", "the value encoded; refused with wildcards"),
        *_modifier("base64offset", "the value inside longer encoded text at each of three offsets, counted in bytes of UTF-8"),
        *_modifier("utf16le wide", "two bytes a character, low byte first, any letter"),
        *_modifier("utf16be", "two bytes a character, high byte first"),
        *_modifier("utf16", "the mark FF FE, then low byte first"),
        *_modifier("lt lte gt gte", "compares numbers; a quoted number is refused, a value that is no number never matches"),
        *_modifier("minute", "0 to 59, of a date as it is written, no zone converted"),
        *_modifier("hour", "0 to 23; comparisons before or after it"),
        *_modifier("day", "1 to 31"),
        *_modifier("week", "1 to 52, as ISO 8601 counts weeks"),
        *_modifier("month", "1 to 12"),
        *_modifier("year", "four digits; the date may also be seconds since the epoch"),
        *_modifier("cidr", "IPv4 and IPv6; refused if bits of the host are set; first in the chain"),
        *_modifier("expand", "`%name%` becomes each of its values, also in regular expressions; `\\%` is a percent sign"),
        *_modifier("fieldref", "compares with another field; with `neq`, `cased`, `contains`, `startswith`, `endswith`"),
        Row("modifiers refused", "what is refused", "unknown names, wrong order and wrong types are errors with file and line"),
    ],
    "Detection": [
        Row("case", "upper and lower case", "no difference, by Unicode's case folding"),
        Row("wildcards", "`*` and `?`", "any number of characters, exactly one; line breaks included; nothing else is special"),
        Row("escapes", "backslashes", "`\\*` `\\?` are themselves, a pair is one, any other is itself; `\\\\*` is a backslash and a wildcard"),
        Row("lists", "lists of values", "one is enough; of a list in the event any element counts"),
        Row("maps and lists", "maps and lists of maps", "all fields of a map, one map of a list"),
        Row("mixed lists", "mixed and nested lists", "keywords, maps and lists side by side"),
        Row("keywords", "keywords", "looked for in every value of the event and in a line of text"),
        Row("keywords with all", "keywords under `'|all'`", "all must occur, each anywhere"),
        Row("keywords with modifiers", "keywords under other modifiers", "as on a field, on every value"),
        Row("empty and null", "empty and null", "`''` is empty text; `null` is null or absent"),
        Row("numbers", "numbers", "a number equals the same number as text; text equals only the same text"),
        Row("truth", "true and false", "equal to their words, not to 1 and 0"),
        Row("field names", "field names", "exact, with dots and blanks; attributes of Windows XML as `Tag_Attribute`"),
        Row("placeholders", "standard placeholders", "`%Administrators%` has a value; the others take the installation's, or the rule is listed"),
        Row("conditions", "conditions", "`or` binds least, then `and`, `not`, `x of`, parentheses; `1`, `any`, `all` and numbers; patterns"),
        Row("them", "`them`", "without the names that begin with `_`"),
        Row("list of conditions", "lists of conditions", "one is enough"),
        Row("conditions refused", "wrong conditions", "refused with the reason"),
        Row("selections refused", "wrong selections", "refused with the reason"),
        Row("log source", "log source", "a rule runs on events of its category, product and service only; `definition` is for people"),
        Row("network", "`category: network`", "the generic category of the taxonomy: connections and DNS of every product, under the names of ECS"),
    ],
    "Rules and files": [
        Row("rule keys", "keys of a rule", "title, log source and detection are needed; every key of the schema has its type and form"),
        Row("unknown keys", "unknown keys", "kept as they stand"),
        Row("tags", "tags", "form and namespaces; old and new names of tactics"),
        Row("several documents", "several documents in a file", "each by itself"),
        Row("errors", "errors", "with file and line; one bad rule stops nothing; an id counts once"),
    ],
    "Correlations": [
        *[
            Row(name, f"`{name}`", what)
            for name, what in {
                "event_count": "number of events in the window",
                "value_count": "number of different values, of one field or of several together",
                "temporal": "all of the rules, or so many different ones, in any order",
                "temporal_ordered": "in the order of the list; of one instant any order fits",
                "value_sum": "sum of a field",
                "value_avg": "mean of a field over the whole window",
                "value_percentile": "percentile of a field over the whole window, 50 unless told; on the line between neighbours",
            }.items()
        ],
        Row("correlation conditions", "conditions and ranges", "`gt` `gte` `lt` `lte` `eq` `neq`, and two of them as a range"),
        Row("temporal extended", "expressions over rules", "`a and not b` as the condition of the temporal types (pySigma's extension)"),
        Row("timespan", "timespan", "s, m, h, d; the window slides with event time; told once, and again each timespan while it lasts"),
        Row("group-by", "group-by", "each group by itself; an event without the field counts nowhere"),
        Row("references", "rules", "by id or name"),
        Row("chains", "correlations of correlations", "each with its own groups"),
        Row("aliases", "aliases", "one name for a field that each rule calls differently"),
        Row("generate", "generate", "rules that are referred to are silent unless it is true"),
        Row("late events", "late events", "ordered within an allowance; later ones count in open windows, else they are left out and counted"),
        Row("replay", "the same alerts", "streamed, replayed, restarted; shuffled, delayed and doubled input"),
        Row("correlations refused", "wrong correlations", "refused with the reason"),
    ],
    "Filters": [
        Row("filter rules", "rules", "by id, by name, or any"),
        Row("filter log source", "log source", "the filter's must fit the rule's"),
        Row("filter combination", "combination", "rule and filter's condition, several filters add up; correlations are left alone"),
        Row("filter warning", "positive conditions", "a filter without `not` gets a warning"),
    ],
    "Beyond Sigma": [
        Row("agencies", "`keng: {across_agencies: true}`", "without it, each agency's events are correlated by themselves"),
        Row("absence", "`type: absence`", "the first rule matches and none of the others follows within the timespan"),
    ],
    "Against others": [
        Row("generated pairs", "generated rules and events", "found is exactly what an evaluator without any shortcut finds"),
        Row("correlations computed anew", "random correlations", "told is exactly what windows computed from the whole input tell"),
        Row("exhaustive evaluation", "real rules on real events", "the same, with all of SigmaHQ's rules"),
        Row("rules of SigmaHQ", "SigmaHQ's rules", "every one loads, or is listed with file, line and reason"),
        Row("samples of SigmaHQ", "SigmaHQ's samples", "every rule matches its sample"),
        Row("other evaluators", "four other evaluators", "what all four find is found; where they differ it is decided and explained"),
    ],
}  # fmt: skip
ROWS = {row.name: row for rows in SECTIONS.values() for row in rows}
