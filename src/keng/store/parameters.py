"""Values of a statement, kept apart from its text: the text holds placeholders only."""

from collections.abc import Iterable


class Parameters:
    """Collects values and hands out their placeholders."""

    def __init__(self) -> None:
        self.values: dict[str, str | int | float] = {}

    def text(self, value: str) -> str:
        """Placeholder of a text."""
        return self._add(value, "String")

    def log_field(self, name: str) -> str:
        """A log's own field, as the part of the map that holds it: only that part is read then."""
        return f"fields.{self._add('key_' + name, 'Identifier')}"

    def whole(self, value: int) -> str:
        """Placeholder of a whole number."""
        return self._add(value, "Int64")

    def number(self, value: float) -> str:
        """Placeholder of a number."""
        return self._add(value, "Float64")

    def texts(self, values: Iterable[str]) -> str:
        """Placeholder of a list of texts."""
        # Inside the list only the quote is special; the rest is escaped with the parameter as a whole.
        quoted = ["'" + value.replace("'", "''") + "'" for value in values]
        return self._add(f"[{','.join(quoted)}]", "Array(String)")

    def numbers(self, values: Iterable[int]) -> str:
        """Placeholder of a list of whole numbers from 0."""
        return self._add("[" + ",".join(map(str, values)) + "]", "Array(UInt64)")

    def _add(self, value: str | int | float, kind: str) -> str:
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"{{{name}:{kind}}}"
