"""`keng rules list`, `use`, `undo`: versions of rule sets."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from keng.cli.rules_told import AsJson, Data, cause, data_dir, fail, print_json, shown
from keng.i18n import _

if TYPE_CHECKING:
    from keng.detect.sigma.versions import SetVersions, Version, VersionError


def list_sets(data: Data = None, as_json: AsJson = False) -> None:
    """Every set with its counts, and its versions; the one in use has a star."""
    from keng.detect.sigma import load_rules
    from keng.detect.sigma.installed import rule_paths
    from keng.detect.sigma.versions import all_versions
    from keng.resources import rules_dir

    folder = data_dir(data)
    known = {one.name: one for one in all_versions(folder)}
    for name, path in [("keng", rules_dir()), *((path.name, path) for path in rule_paths(folder))]:
        loaded = load_rules([path], folder / "cache")
        row: dict[str, Any] = {
            "name": name,
            "rules": len(loaded.rules),
            "correlations": len(loaded.correlations),
            "filters": len(loaded.filters),
            "not_loaded": sum(problem.fatal for problem in loaded.errors),
            "path": str(path),
        }
        versions = known.get(name)
        if as_json:
            print_json(row | _as_json(versions))
            continue
        typer.echo(shown(_(
            "{name}: {rules} rules, {correlations} correlations, {filters} filters, {not_loaded} not loaded ({path})",
            **row,
        )))  # fmt: skip
        for version in reversed(versions.versions if versions else ()):
            star = "*" if versions and version.number == versions.active else " "
            typer.echo(f"  {star} {_line(version)}")


def use(
    wanted: Annotated[
        str, typer.Argument(metavar="SET@VERSION", help=_("Name and version, such as sigmahq@2."))
    ],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Switch a set to one of its versions, in one step. A running centre takes it up within seconds."""
    from keng.detect.sigma.versions import VersionError
    from keng.detect.sigma.versions import use as switch

    name, at, version = wanted.rpartition("@")
    if not at:
        fail(_("write the set and its version, such as sigmahq@2"))
    try:
        chosen = switch(data_dir(data), name, version)
    except (VersionError, OSError) as error:
        _refused(error, as_json)
    _told(name, chosen, as_json)


def undo(
    name: Annotated[str, typer.Argument(metavar="SET", help=_("Name of the set."))],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Go back to the version that was in use before, in one step. A running centre takes it up within seconds."""
    from keng.detect.sigma.versions import VersionError
    from keng.detect.sigma.versions import undo as switch

    try:
        chosen = switch(data_dir(data), name)
    except (VersionError, OSError) as error:
        _refused(error, as_json)
    _told(name, chosen, as_json)


def _told(name: str, version: "Version", as_json: bool) -> None:
    if as_json:
        print_json({"name": name, "version": version.number, "content": version.content})
    else:
        typer.echo(shown(_("{name} is now at version {version}.", name=name, version=version.number)))


def _refused(error: "VersionError | OSError", as_json: bool) -> NoReturn:
    text = cause(error) if isinstance(error, OSError) else error.text()
    if as_json:
        print_json({"reason": text})
        raise typer.Exit(1) from error
    fail(text)


def _line(version: "Version") -> str:
    moment = datetime.fromtimestamp(version.installed_us / 1e6, UTC) if version.installed_us else None
    return shown(_(
        "version {number} · {content} · {time} · {rules} rules, {not_loaded} not loaded · from {source}",
        number=version.number, content=version.content, time=f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "–",
        rules=version.rules, not_loaded=version.not_loaded, source=version.source or "–",
    ))  # fmt: skip


def _as_json(known: "SetVersions | None") -> dict[str, Any]:
    if known is None:
        return {"version": 0, "versions": []}
    versions = [
        {
            "number": version.number, "content": version.content, "source": version.source, "rules": version.rules,
            "not_loaded": version.not_loaded, "installed_us": version.installed_us,
        }
        for version in known.versions
    ]  # fmt: skip
    return {"version": known.active, "versions": versions, "previous": list(known.previous)}
