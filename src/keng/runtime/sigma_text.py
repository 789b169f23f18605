"""Values of a rule written out: Sigma's own escaping, and YAML that a person can read. Pure."""

from typing import Any

import yaml


def sigma_text(text: str, wild: bool) -> str:
    """The value so that Sigma reads exactly this text. wild: its `*` and `?` are wildcards, else ordinary."""
    out = []
    for place, char in enumerate(text):
        following = text[place + 1 : place + 2]
        if char in "*?" and not wild:
            out.append("\\" + char)
        elif char == "\\" and following in ("*", "?", "\\", ""):
            # Alone a backslash is ordinary; before these it would be taken for an escape.
            out.append("\\\\")
        else:
            out.append(char)
    return "".join(out)


def yaml_text(value: dict[str, Any]) -> str:
    """Block style, keys in their order, letters with accents as they are."""
    return str(yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=1_000))
