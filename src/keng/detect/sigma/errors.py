"""What can be wrong with a rule: an exception inside the reader, a value outside it.

A reason is an English template with named places, so that it can be shown in either language (see
`RuleProblem.text`); logs and `--json` keep the English `reason`.
"""

import msgspec

from keng.i18n import _

Value = str | int | float


class RuleError(Exception):
    """A rule that cannot be taken. `template` and `values` say why; `line` is 1-based, 0 for the whole file.

    column: where in the line, 1-based; 0 where the line itself does not know it (`yaml_nodes.Place`).
    """

    def __init__(self, template: str, line: int = 0, **values: object) -> None:
        self.template = template
        self.line = int(line)
        self.column: int = getattr(line, "column", 0)
        self.values = plain_values(values)
        super().__init__(filled(template, self.values))

    @property
    def reason(self) -> str:
        """The reason in English."""
        return filled(self.template, self.values)


class RuleProblem(msgspec.Struct, frozen=True):
    """One thing to know about a rule file.

    path: the file (inside an archive: `archive.zip/inner/path.yml`); line: 1-based, 0 for the whole file;
    column: 1-based, 0 where it is not known.
    rule_id: id, name or "" where it could not be read. fatal: the rule was not loaded; else it is a warning.
    """

    path: str
    line: int
    rule_id: str
    template: str
    fatal: bool = True
    values: dict[str, Value] = {}
    column: int = 0

    @property
    def reason(self) -> str:
        """The reason in English."""
        return filled(self.template, self.values)

    def text(self) -> str:
        """The reason in the current language."""
        return _(self.template, **self.values)


def plain_values(values: dict[str, object]) -> dict[str, Value]:
    """Values as they can be stored: numbers and short text."""
    return {key: v if isinstance(v, int | float) else str(v)[:300] for key, v in values.items()}


def filled(template: str, values: dict[str, Value]) -> str:
    """The template with its places filled."""
    return template.format(**values) if values else template
