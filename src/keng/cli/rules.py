"""`keng rules`: rule sets installed, listed, checked, switched and undone."""

from typing import Annotated

import typer

from keng.cli.lines import put
from keng.cli.rules_check import check
from keng.cli.rules_coverage import coverage
from keng.cli.rules_test import test
from keng.cli.rules_told import (
    AsJson,
    Data,
    as_json,
    cause,
    data_dir,
    fail,
    print_json,
    progress,
    shown,
    tell,
    told_counts,
)
from keng.cli.rules_try import try_rule
from keng.cli.rules_tune import tune
from keng.cli.rules_versions import list_sets, undo, use
from keng.cli.rules_why import why, why_not
from keng.i18n import _

app = typer.Typer(no_args_is_help=True, help=_("Rule sets: install, list, check, switch."))


@app.command("add", help=_("Install a rule set from a folder, a zip archive or an https address."))
def add(
    source: Annotated[str, typer.Argument(help=_("Folder, .zip file, .yml file or https address."))],
    name: Annotated[str, typer.Option("--name", help=_("Name of the set; default: from the source."))] = "",
    data: Data = None,
    as_json_lines: AsJson = False,
) -> None:
    """Install a rule set. A set of the same name gets a new version, used at once; on an error nothing changes."""
    from keng.detect.sigma.installed import InstallError, install
    from keng.runtime.clock import now_us

    try:
        report = install(source, data_dir(data), name, None if as_json_lines else progress, now_us())
    except InstallError as error:
        if as_json_lines:
            print_json({"installed": False, "reason": str(error)})
            raise typer.Exit(1) from error
        fail(_(error.template, **error.values))
    except OSError as error:
        if as_json_lines:
            print_json({"installed": False, "reason": cause(error)})
            raise typer.Exit(1) from error
        fail(cause(error))
    counts = {"rules": report.rules, "correlations": report.correlations, "filters": report.filters}
    if as_json_lines:
        problems = [as_json(problem) for problem in report.problems]
        print_json(
            {
                "installed": True,
                "name": report.name,
                "version": report.version,
                "path": report.path,
                **counts,
                "problems": problems,
            }
        )
        return
    told = _(
        "Installed as “{name}”, version {version}, in {path}.",
        name=report.name, version=report.version, path=report.path,
    )  # fmt: skip
    put(shown(told))
    put(told_counts(**counts))
    fatal = [problem for problem in report.problems if problem.fatal]
    tell(_("Could not be loaded: {count}", count=len(fatal)), fatal)
    warnings = [problem for problem in report.problems if not problem.fatal]
    tell(_("Warnings: {count}", count=len(warnings)), warnings)


app.command("list", help=_("List the rule sets in use and their versions: our own and the installed ones."))(
    list_sets
)
app.command(
    "check",
    help=_(
        "Read rules and say which would not load, which are odd and which can never match. Ends with 1 on errors."
    ),
)(check)
app.command("use", help=_("Switch a rule set to one of its versions: sigmahq@2."))(use)
app.command("undo", help=_("Go back to the version of a rule set that was in use before."))(undo)
app.command("try", help=_("Try a rule on all of history before it is switched on."))(try_rule)
app.command("test", help=_("Test rules on samples that must and must not match."))(test)
app.command("why", help=_("Say why a rule matches an event."))(why)
app.command("why-not", help=_("Say why a rule does not match an event."))(why_not)
app.command("tune", help=_("Propose a filter from false positives, and prove it."))(tune)
app.command("coverage", help=_("Say which ATT&CK techniques the rules look for."))(coverage)
