"""Every command and option explains itself in Vietnamese."""

from collections.abc import Iterator
from typing import Any

from typer._click.exceptions import BadParameter
from typer.main import get_command

from keng.cli import words
from keng.cli.main import app
from keng.i18n import catalogue, using


def helps(command: Any, path: str = "keng") -> Iterator[tuple[str, str]]:
    if command.help:
        yield path, " ".join(command.help.split())
    for parameter in command.params:
        if getattr(parameter, "help", None):
            yield f"{path} {parameter.name}", parameter.help
    for name, child in getattr(command, "commands", {}).items():
        yield from helps(child, f"{path} {name}")


def test_every_command_and_option_has_vietnamese_help() -> None:
    # The tree is built from texts in the language at import; both a text and its translation are fine.
    with using("en"):
        known = set(catalogue("vi")) | set(catalogue("vi").values())
        missing = [(where, text) for where, text in helps(get_command(app)) if text not in known]
    assert not missing


def test_a_value_that_cannot_be_used_is_told_with_the_name_of_its_option() -> None:
    with using("en"):
        assert (
            words._reason(BadParameter("no time", param_hint="--since"))
            == "“--since” cannot be used: no time"
        )
        wrong = "Input should be a valid integer, unable to parse string as an integer"
        assert words._reason(BadParameter(wrong, param_hint="-j")).endswith(": it must be a number")
        small = words._reason(BadParameter("Input should be greater than or equal to 0", param_hint="-j"))
        assert small == "“-j” cannot be used: the number is too small or too large"
