"""Rule collections of Sigma 1: `action: global`, `reset` and `repeat` between the documents of one file.

- `global`: its keys are laid over every following rule of the file; several of them add up;
- `reset`: what was global is so no longer;
- `repeat`: the rule before it once more, with the keys of this document laid over.

Maps are joined key by key, everything else is replaced; correlations and filters are left as they are. A rule
that takes its id from a document that has given it already gets one of its own, made of that id and its number.
"""

from collections.abc import Iterable, Iterator
from uuid import UUID, uuid5

from keng.detect.sigma.errors import RuleError
from keng.detect.sigma.yaml_nodes import Mapping, Node, Scalar

ACTIONS = ("global", "reset", "repeat")


def collected(documents: Iterable[Node | RuleError | None]) -> Iterator[Node | RuleError | None]:
    """The documents with their actions carried out; an error as a value, so that the others go on."""
    shared: Mapping | None = None
    before: Mapping | None = None
    ids: dict[str, int] = {}
    for node in documents:
        if not isinstance(node, Mapping) or "action" not in node.pairs:
            if isinstance(node, Mapping) and not {"correlation", "filter"} & node.pairs.keys():
                node = before = _laid_over(node, shared) if shared else node
                yield _with_own_id(node, ids, inherited=bool(shared and "id" in shared.pairs))
            else:
                yield node
            continue
        line, action = node.pairs.pop("action")
        word = action.value if isinstance(action, Scalar) else None
        if word == "global":
            shared = before = _laid_over(shared, node) if shared else node
        elif word == "reset":
            shared = None
        elif word == "repeat" and before is not None:
            inherited = "id" not in node.pairs
            before = _laid_over(before, node)
            before.line = node.line
            yield _with_own_id(before, ids, inherited)
        elif word == "repeat":
            yield RuleError("there is no rule before it that could be repeated", line)
        else:
            yield RuleError("action is one of {actions}", line, actions=", ".join(ACTIONS))


def _laid_over(below: Mapping, above: Mapping) -> Mapping:
    """A new map with the keys of both; `above` wins. Depth is bounded by the reader."""
    joined = Mapping(below.line)
    joined.pairs.update(below.pairs)
    for key, (line, value) in above.pairs.items():
        old = joined.get(key)
        if isinstance(value, Mapping) and isinstance(old, Mapping):
            value = _laid_over(old, value)
        joined.pairs[key] = (line, value)
    return joined


def _with_own_id(node: Mapping, ids: dict[str, int], inherited: bool) -> Mapping:
    part = node.get("id")
    text = part.value if isinstance(part, Scalar) else None
    if not isinstance(text, str):
        return node
    ids[text] = ids.get(text, 0) + 1
    if inherited and ids[text] > 1:
        try:
            own = str(uuid5(UUID(text), str(ids[text])))
        except ValueError:  # told when the rule is read
            return node
        copy = Mapping(node.line)
        copy.pairs.update(node.pairs)
        copy.pairs["id"] = (node.pairs["id"][0], Scalar(own, node.pairs["id"][0]))
        return copy
    return node
