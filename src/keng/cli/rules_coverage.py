"""`keng rules coverage`: an ATT&CK Navigator layer of the rules in use."""

from pathlib import Path
from typing import Annotated

import typer

from keng.cli.lines import put
from keng.cli.rules_told import AsJson, Data, cause, fail, shown
from keng.i18n import _


def coverage(
    paths: Annotated[
        list[Path] | None, typer.Argument(help=_("Rules; default: our own and the installed sets."))
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help=_("Write the Navigator layer to this file."))
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Techniques that the rules look for, with the number of rules; --json or --out: a layer for the Navigator."""
    import msgspec

    from keng.cli.rules_given import rules_given, rules_in_use
    from keng.rulebench.coverage import by_technique, navigator_layer

    ruleset = rules_given(paths) if paths else rules_in_use(data)
    layer = msgspec.json.format(msgspec.json.encode(navigator_layer(ruleset)), indent=1)
    if out is not None:
        try:
            out.write_bytes(layer + b"\n")
        except OSError as error:
            fail(cause(error))
    if as_json:
        typer.echo(layer.decode())
        return
    techniques = by_technique(ruleset)
    if out is None:
        most = max(map(len, techniques.values()), default=1)
        for technique, rules in techniques.items():
            bar = "█" * max(round(len(rules) * 20 / most), 1)
            title = shown(rules[0].title) if len(rules) == 1 else ""
            put(f"{technique:<10} {len(rules):>5}  {title or bar}", 0, 18)
    else:
        put(
            _(
                "Written to {path}; open it in the ATT&CK Navigator (Open Existing Layer).",
                path=shown(str(out)),
            )
        )
    put(
        _(
            "{rules} rules look for {techniques} techniques.",
            rules=len(ruleset.info),
            techniques=len(techniques),
        )
    )
