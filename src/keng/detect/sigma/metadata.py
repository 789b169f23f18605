"""What people read about a rule: the typed keys of the specification, checked as in its schema.

A key of the wrong type or form is an error of the rule; an unknown tag namespace is a warning; a key that the
specification does not know is kept as it stands.
"""

from collections.abc import Callable
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

import re2

from keng.detect.sigma.errors import RuleError
from keng.detect.sigma.rule import RuleSource
from keng.detect.sigma.yaml_nodes import Mapping, Node, Scalar, Sequence, plain_value
from keng.model.detection import RuleInfo
from keng.model.severity import Severity

STATUSES = ("stable", "test", "experimental", "deprecated", "unsupported")
LEVELS = ("informational", "low", "medium", "high", "critical")
RELATIONS = ("derived", "obsolete", "obsoletes", "merged", "renamed", "similar", "correlation")
NAMESPACES = ("attack", "car", "cve", "d3fend", "detection", "stp", "tlp")
KNOWN_KEYS = frozenset({
    "title", "id", "name", "related", "taxonomy", "status", "description", "license", "author", "references",
    "date", "modified", "logsource", "detection", "correlation", "filter", "fields", "falsepositives", "level",
    "tags", "scope", "generate", "keng",
})  # fmt: skip
SWITCHES = ("across_agencies",)
"""Keys of `keng` that are no language."""
_TAG = re2.compile(r"^[a-z0-9_-]+\.[a-z0-9._-]+$")
Warn = Callable[..., None]
"""Called with a template, a line and the template's values."""


def read_info(node: Mapping, path: str, warn: Warn, correlation: bool = False) -> RuleInfo:
    """Check every typed key and take what `RuleInfo` holds. Raises `RuleError`."""
    title = _text(node, "title", 256)
    if not title:
        raise RuleError("the title is missing", node.line)
    _checked_keys(node)
    if (taxonomy := _text(node, "taxonomy", 256)) not in ("", "sigma"):
        warn(
            "the taxonomy {taxonomy!r} is not known here: names of fields and log source are taken as they stand",
            line_of(node, "taxonomy"),
            taxonomy=taxonomy,
        )
    level = _choice(node, "level", LEVELS)
    return RuleInfo(
        id=rule_id(node, path, title, warn if correlation else None),
        title=title,
        severity=Severity.from_level(level or "medium"),
        tags=_tags(node, warn),
        description=_text(node, "description", 65_535),
        falsepositives=_texts(node, "falsepositives", alone=True),
        references=_texts(node, "references"),
        path=path,
        correlation=correlation,
        texts=_translations(node),
    )


def rule_id(node: Mapping, path: str, title: str, warn: Warn | None = None) -> str:
    """The id in lower case; without one the name, else an id made of path, line and title.

    warn: of correlations and filters, whose ids need not be UUIDs; those of rules must be.
    """
    text = _text(node, "id", 64)
    if text:
        try:
            return _uuid(text, line_of(node, "id"))
        except RuleError as error:
            if warn is None:
                raise
            warn(error.template, error.line, **error.values)
            return text
    return _text(node, "name", 256) or made_id(path, node.line, title)


def made_id(path: str, line: int, title: str) -> str:
    """The id of a rule that has none: it changes with the file's name, the rule's line and its title."""
    return str(uuid5(NAMESPACE_URL, f"keng-rule:{path.rpartition('/')[2]}:{line}:{title}"))


def reference(text: str) -> str:
    """An id or a name as others refer to it: ids in lower case."""
    try:
        return str(UUID(text)) if len(text) == 36 else text
    except ValueError:
        return text


def _uuid(text: str, line: int) -> str:
    try:
        return str(UUID(text))
    except ValueError as error:
        raise RuleError("the id {text!r} is no UUID", line, text=text) from error


def line_of(node: Mapping, key: str) -> int:
    """The line of a key, or of the map if it has none."""
    return node.pairs[key][0] if key in node.pairs else node.line


def read_source(node: Mapping, required: bool = True) -> RuleSource:
    """The log source in lower case. Raises `RuleError` if it is missing, empty or of wrong type."""
    source = node.get("logsource")
    if source is None:
        if not required:
            return RuleSource()
        raise RuleError("the logsource is missing", node.line)
    if not isinstance(source, Mapping):
        raise RuleError("the logsource must be a map", line_of(node, "logsource"))
    values = {}
    for key in ("category", "product", "service"):
        part = source.get(key)
        if part is None:
            continue
        if not isinstance(part, Scalar) or not isinstance(part.value, str) or not part.value:
            raise RuleError("{key} of the logsource must be text", part.line, key=key)
        values[key] = part.value.casefold()
    if not values and required:
        raise RuleError("the logsource names no category, product or service", source.line)
    return RuleSource(**values)


def text_key(node: Mapping, key: str) -> str:
    """An optional text; "" if absent. Raises `RuleError` on another type."""
    return _text(node, key, 256)


def extra_keys(node: Mapping) -> dict[str, object]:
    """Keys that the specification does not know, as plain values."""
    return {key: plain_value(value) for key, (_, value) in node.pairs.items() if key not in KNOWN_KEYS}


def _checked_keys(node: Mapping) -> None:
    for key in ("name", "taxonomy"):
        _text(node, key, 256)
    for key in ("license", "author"):
        _text(node, key, 65_535)
    _choice(node, "status", STATUSES)
    for key in ("fields", "scope"):
        _texts(node, key)
    for key in ("date", "modified"):
        text = _text(node, key, 32)
        if text:
            try:
                date.fromisoformat(text.replace("/", "-"))
            except ValueError as error:
                raise RuleError(
                    "{key} must be a date like 2025-12-31, not {text!r}",
                    line_of(node, key),
                    key=key,
                    text=text,
                ) from error
    _related(node)


def _related(node: Mapping) -> None:
    related = node.get("related")
    if related is None:
        return
    if not isinstance(related, Sequence):
        raise RuleError("related must be a list", line_of(node, "related"))
    for part in related.items:
        if not isinstance(part, Mapping):
            raise RuleError("each part of related has an id and a type", part.line)
        kind = _text(part, "type", 64)
        related_id = _text(part, "id", 64)
        if related_id:
            _uuid(related_id, line_of(part, "id"))
        if not related_id or kind not in RELATIONS:
            raise RuleError(
                "each part of related has an id and a type of {value}",
                part.line,
                value=", ".join(RELATIONS[:-1]),
            )


def _tags(node: Mapping, warn: Warn) -> tuple[str, ...]:
    tags = _texts(node, "tags")
    part = node.get("tags")
    for tag, item in zip(tags, part.items if isinstance(part, Sequence) else (), strict=False):
        if not _TAG.match(tag):
            raise RuleError(
                "the tag {tag!r} is not of the form namespace.name in lower case", item.line, tag=tag
            )
        if tag.partition(".")[0] not in NAMESPACES:
            warn("the tag {tag!r} has an unknown namespace", item.line, tag=tag)
    return tags


def across_agencies(node: Mapping) -> bool:
    """Kẻng's own key for correlations: `keng: {across_agencies: true}`. Raises `RuleError` on another type."""
    own = node.get("keng")
    part = own.get("across_agencies") if isinstance(own, Mapping) else None
    if part is None:
        return False
    if not isinstance(part, Scalar) or not isinstance(part.value, bool):
        raise RuleError("keng.across_agencies is true or false", part.line)
    return part.value


def _translations(node: Mapping) -> dict[str, dict[str, str]]:
    """Kẻng's own key: `keng: {vi: {title, description, advice}, en: {advice}}`."""
    own = node.get("keng")
    if own is None:
        return {}
    if not isinstance(own, Mapping):
        raise RuleError("keng must be a map of languages", line_of(node, "keng"))
    texts: dict[str, dict[str, str]] = {}
    for language, (line, part) in own.pairs.items():
        if language in SWITCHES:
            continue
        if not isinstance(part, Mapping):
            raise RuleError("keng.{language} must be a map of texts", line, language=language)
        texts[language] = {key: _text(part, key, 65_535) for key in part.pairs}
    return texts


def _text(node: Mapping, key: str, longest: int) -> str:
    part: Node | None = node.get(key)
    if part is None or (isinstance(part, Scalar) and part.value is None):
        return ""
    if not isinstance(part, Scalar) or not isinstance(part.value, str):
        raise RuleError("{key} must be text", part.line, key=key)
    if len(part.value) > longest:
        raise RuleError("{key} is longer than {longest} characters", part.line, key=key, longest=longest)
    return part.value


def _texts(node: Mapping, key: str, alone: bool = False) -> tuple[str, ...]:
    part = node.get(key)
    if part is None or (isinstance(part, Scalar) and part.value is None):
        return ()
    if alone and isinstance(part, Scalar) and isinstance(part.value, str):
        return (part.value,)
    if not isinstance(part, Sequence):
        raise RuleError("{key} must be a list of texts", part.line, key=key)
    texts = []
    for item in part.items:
        if not isinstance(item, Scalar) or item.value is None:
            raise RuleError("{key} must be a list of texts", item.line, key=key)
        if not isinstance(item.value, str):
            raise RuleError(
                "{key} must be a list of texts, not {value!r}", item.line, key=key, value=item.value
            )
        texts.append(item.value)
    return tuple(texts)


def _choice(node: Mapping, key: str, choices: tuple[str, ...]) -> str:
    text = _text(node, key, 64)
    if text and text not in choices:
        raise RuleError(
            "{key} must be one of {choices}, not {text!r}",
            line_of(node, key),
            key=key,
            choices=", ".join(choices),
            text=text,
        )
    return text
