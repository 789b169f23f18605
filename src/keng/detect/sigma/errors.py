"""What can be wrong with a rule: an exception inside the reader, a value outside it."""

import msgspec


class RuleError(Exception):
    """A rule that cannot be taken. `reason` says why; `line` is 1-based, 0 if it belongs to the whole file."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class RuleProblem(msgspec.Struct, frozen=True):
    """One thing to know about a rule file.

    path: the file (inside an archive: `archive.zip/inner/path.yml`); line: 1-based, 0 for the whole file.
    rule_id: id, name or "" where it could not be read. fatal: the rule was not loaded; else it is a warning.
    """

    path: str
    line: int
    rule_id: str
    reason: str
    fatal: bool = True
