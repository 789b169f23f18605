"""The command line in the reader's language: the help of every command, and typer's own words.

Typer looks few of its texts up anywhere, and those through a module global named `_` when it is imported. So its
panel titles and usage line are set here, once, and its errors are worded here by their kind.
"""

from typing import Any

import typer
from typer import _click, rich_utils
from typer._click import exceptions, formatting

from keng.i18n import _


def speak(command: Any) -> None:
    """Put the help of `command` and all below it, and typer's frame, into the current language."""
    rich_utils.ARGUMENTS_PANEL_TITLE = _("Arguments")
    rich_utils.OPTIONS_PANEL_TITLE = _("Options")
    rich_utils.COMMANDS_PANEL_TITLE = _("Commands")
    rich_utils.ERRORS_PANEL_TITLE = _("Error")
    rich_utils.ABORTED_TEXT = _("Aborted.")
    rich_utils.DEFAULT_STRING = _("[default: {}]")
    rich_utils.REQUIRED_LONG_STRING = _("[required]")
    write_usage = formatting.HelpFormatter.write_usage

    def usage(self: Any, prog: str, args: str = "", prefix: str | None = None) -> None:
        write_usage(self, prog, args, prefix or _("Usage: "))

    formatting.HelpFormatter.write_usage = usage  # type: ignore[method-assign]
    _speak(command, _click.Context(command, info_name="keng"))


def _speak(command: Any, context: Any) -> None:
    """Translate the help texts of a command, its parameters and its subcommands."""
    if command.help:
        command.help = _(" ".join(command.help.split()))
    for parameter in command.get_params(context):
        if getattr(parameter, "help", None):
            parameter.help = _(parameter.help)
    for child in getattr(command, "commands", {}).values():
        _speak(child, context)


def report(error: exceptions.ClickException) -> None:
    """Say a wrong call in words, with the usage line and where to find help, on standard error."""
    context = getattr(error, "ctx", None)
    if context is not None:
        typer.echo(context.get_usage(), err=True)
        typer.echo(_("Try “{command} --help”.", command=context.command_path), err=True)
    typer.echo(_("Error: {reason}", reason=_reason(error)), err=True)


def _reason(error: exceptions.ClickException) -> str:
    parameter = getattr(error, "param", None)
    name = parameter.opts[0] if parameter is not None and parameter.opts else ""
    if isinstance(error, exceptions.MissingParameter):
        return _("“{name}” is missing", name=name or error.param_hint or "")
    if isinstance(error, exceptions.NoSuchOption):
        near = ", ".join(error.possibilities or ())
        return _("there is no option “{name}”", name=error.option_name) + (f" ({near}?)" if near else "")
    if isinstance(error, exceptions.BadParameter):
        return _(
            "“{name}” cannot be used: {reason}", name=name or error.param_hint or "", reason=_number(error)
        )
    return error.format_message()


def _number(error: exceptions.BadParameter) -> str:
    """What is wrong with a value; what the library says of numbers in our own words."""
    if error.message.startswith("Input should be a valid"):
        return _("it must be a number")
    if error.message.startswith("Input should be"):
        return _("the number is too small or too large")
    return error.message
