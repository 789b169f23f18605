"""Rules for a scan: read, the ones that failed told, the detector made."""

import os
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from keng.detect.sigma.installed import rule_paths
from keng.detect.sigma.load import load_rules
from keng.i18n import _
from keng.resources import rules_dir
from keng.scan.detector import FileDetector
from keng.scan.shown import shown

_SHOWN_ERRORS = 20


def rules_folder(wished: Path | None) -> Path:
    """The data folder: as wished, `KENG_DATA`, or the user's own."""
    if wished is not None:
        return wished
    named = os.environ.get("KENG_DATA")
    return Path(named) if named else Path.home() / ".local" / "share" / "keng"


def load(wished: Sequence[Path], data: Path, errors: Console) -> FileDetector | None:
    """A detector with the wished rules, or with our own and the installed ones; None if there is no rule."""
    missing = [path for path in wished if not path.exists()]
    for path in missing:
        errors.print(
            Text(_("{path}: no such folder, zip or file of rules", path=shown(str(path)))), soft_wrap=True
        )
    paths = [path for path in wished if path not in missing] if wished else [rules_dir(), *rule_paths(data)]
    ruleset = load_rules(paths, cache_dir=data / "cache")
    number = len(ruleset.rules) + len(ruleset.correlations)
    errors.print(Text(_("{count} rules loaded", count=number), style="dim"))
    for problem in ruleset.errors[:_SHOWN_ERRORS]:
        place = f"{problem.path}:{problem.line}" if problem.line else problem.path
        errors.print(Text(shown(f"{place}: {problem.text()}", 500), style="yellow"), soft_wrap=True)
    if len(ruleset.errors) > _SHOWN_ERRORS:
        text = _(
            "and {count} more problems in rules: see keng rules check",
            count=len(ruleset.errors) - _SHOWN_ERRORS,
        )
        errors.print(Text(text, style="yellow"))
    if not number:
        errors.print(
            Text(
                _(
                    "No rule could be loaded: give a folder, zip or file with --rules, or add a set with keng rules add."
                )
            ),
            soft_wrap=True,
        )
        return None
    return FileDetector(ruleset)
