"""Reads the forms out of a page of the console, as a browser would: names, present values, buttons. Pure."""

from collections.abc import Mapping, Sequence
from html.parser import HTMLParser

import msgspec

Values = list[tuple[str, str]]


class Form(msgspec.Struct):
    """A form of a page. values: what would be sent if a person changed nothing and pressed no named button.

    choices: every value that a checkbox, radio button or list of this name offers.
    """

    action: str = ""
    method: str = "get"
    multipart: bool = False
    values: Values = []
    choices: dict[str, list[str]] = {}

    def filled(self, changes: Mapping[str, str | Sequence[str]]) -> Values:
        """The values to send: `changes` stand in the place of those of the same name; a sequence sends each."""
        sent: Values = []
        left = {name: [value] if isinstance(value, str) else list(value) for name, value in changes.items()}
        for name, value in self.values:
            if name not in changes:
                sent.append((name, value))
            else:
                sent.extend((name, one) for one in left.pop(name, ()))
        sent.extend((name, one) for name, values in left.items() for one in values)
        return sent


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self._open: Form | None = None
        self._textarea: tuple[Form, str] | None = None
        self._text = ""
        self._select: tuple[Form, str, list[tuple[str, bool]], bool] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = {name: value or "" for name, value in attrs}
        match tag:
            case "form":
                multipart = got.get("enctype", "") == "multipart/form-data"
                self._open = Form(got.get("action", ""), got.get("method", "get").lower(), multipart, [], {})
                self.forms.append(self._open)
                if got.get("id"):
                    self.by_id[got["id"]] = self._open
            case "input" if "disabled" not in got:
                self._input(got)
            case "textarea":
                form = self._form(got)
                if form is not None and got.get("name"):
                    self._textarea, self._text = (form, got["name"]), ""
            case "select":
                form = self._form(got)
                if form is not None and got.get("name"):
                    self._select = (form, got["name"], [], "multiple" in got)
            case "option" if self._select is not None:
                self._select[2].append((got.get("value", ""), "selected" in got))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "textarea" and self._textarea is not None:
            form, name = self._textarea
            form.values.append((name, self._text.removeprefix("\n")))
            self._textarea = None
        elif tag == "select" and self._select is not None:
            form, name, options, multiple = self._select
            chosen = [value for value, selected in options if selected]
            if not chosen and options and not multiple:
                chosen = [options[0][0]]
            form.values.extend((name, value) for value in chosen)
            form.choices.setdefault(name, []).extend(value for value, _selected in options)
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._text += data

    def _form(self, got: Mapping[str, str]) -> Form | None:
        return self.by_id.get(got["form"]) if "form" in got else self._open

    def _input(self, got: Mapping[str, str]) -> None:
        form, name, kind = self._form(got), got.get("name", ""), got.get("type", "text").lower()
        if form is None or not name or kind in ("submit", "button", "image", "reset", "file"):
            return
        value = got.get("value", "on" if kind in ("checkbox", "radio") else "")
        if kind in ("checkbox", "radio"):
            form.choices.setdefault(name, []).append(value)
            if "checked" not in got:
                return
        form.values.append((name, value))


def read_forms(html: str) -> list[Form]:
    """Every form of the page, in its order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.forms
