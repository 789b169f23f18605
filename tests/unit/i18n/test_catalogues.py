"""Every text that a person reads stands in Vietnamese, and no translation is left over."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from keng.i18n import _, catalogue, using

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "src/keng"
TEMPLATE_TEXT = re.compile(r"""\b_\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")


def texts_in_python() -> set[str]:
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"_", "N_"}
                and node.args
            ):
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
    return found


def texts_in_templates() -> set[str]:
    found: set[str] = set()
    for path in SOURCE.rglob("*"):
        if path.suffix in {".html", ".j2", ".jinja"} and "static" not in path.parts:
            for double, single in TEMPLATE_TEXT.findall(path.read_text()):
                found.add((double or single).replace("\\'", "'").replace('\\"', '"'))
    return found


def places(text: str) -> set[str]:
    try:
        return {name for _text, name, _spec, _conv in Formatter().parse(text) if name}
    except ValueError:
        return set()


def test_every_text_has_vietnamese() -> None:
    missing = sorted((texts_in_python() | texts_in_templates()) - set(catalogue("vi")))
    assert not missing, f"{len(missing)} texts without Vietnamese: {missing[:40]}"


def test_every_translation_keeps_the_places_of_its_original() -> None:
    wrong = [(k, v) for k, v in catalogue("vi").items() if places(k) != places(v)]
    assert not wrong


def test_no_text_is_translated_twice_in_different_words() -> None:
    seen: dict[str, tuple[str, str]] = {}
    clashes = []
    for path in sorted((SOURCE / "i18n/vi").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if not message.id or not isinstance(message.id, str):
                    continue
                other = seen.setdefault(message.id, (path.name, str(message.string)))
                if other[1] != message.string:
                    clashes.append((message.id, other, (path.name, message.string)))
    assert not clashes


@pytest.mark.parametrize(("language", "word"), [("vi", "vi"), ("en", "en")])
def test_the_language_is_chosen_by_context(language: str, word: str) -> None:
    with using(language):
        from keng.i18n import language as current

        assert current() == word


def test_places_are_filled_in_the_chosen_language() -> None:
    with using("en"):
        assert _("{n} files", n=3) == "3 files"
