"""The settings of `keng send`. Later ones win: defaults, a file (TOML), the environment (`KENG_SEND_TO=…`), flags.

to = "https://centre.example.vn:9200"
state = "/var/lib/keng-send"
[[source]]                         # one a log source of the centre's register
token = "keng_…"
paths = ["/var/log/nginx/*.log"]
[[source]]
token = "keng_…"
drop = ["/srv/evtx"]
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from keng.i18n import _

PREFIX = "KENG_SEND_"
GIB = 1 << 30
_SMALLEST_SPOOL = 1 << 20


class SendSettingsError(Exception):
    """A setting that cannot be used; the text names it and what is expected."""


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One log source: its token, what is followed, and folders whose files are read once as a whole."""

    token: str = ""
    paths: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


class SendSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the forwarder is told.

    to: the centre's bulk receiver. state: the folder of its memory and spool. token, paths, drop: one source, as a
    short form of [[source]]. ca: PEM file of who signed the centre's certificate. certificate, key: the client's own.
    leave: files of `drop` stay where they are. from_end: what stands in files when they are met first is not sent.
    spool_max_bytes: of what would be gone otherwise. settle_s: a dropped file is read when it has not grown so long.
    give_up_s: with --once, end after the centre was away so long; 0: wait for it.
    """

    to: str = ""
    token: str = ""
    paths: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    source: tuple[Source, ...] = ()
    state: str = ""
    host: str = ""
    ca: str = ""
    certificate: str = ""
    key: str = ""
    leave: bool = False
    from_end: bool = False
    spool_max_bytes: int = GIB
    settle_s: float = 2.0
    give_up_s: float = 0.0

    @property
    def sources(self) -> tuple[Source, ...]:
        """All sources; a source without a token of its own has the common one."""
        own = (Source(self.token, self.paths, self.drop),) if self.paths or self.drop else ()
        return own + tuple(msgspec.structs.replace(one, token=one.token or self.token) for one in self.source)

    @property
    def state_dir(self) -> Path:
        """Where the memory is."""
        if self.state:
            return Path(self.state).expanduser()
        return (
            Path("/var/lib/keng-send") if os.geteuid() == 0 else Path("~/.local/state/keng-send").expanduser()
        )


def load_send_settings(
    flags: Mapping[str, Any], environment: Mapping[str, str] = os.environ, file: Path | None = None
) -> SendSettings:
    """Settings from a file, the environment and flags (None: not given). Raises SendSettingsError."""
    values: dict[str, Any] = {}
    if file is not None:
        try:
            values |= tomllib.loads(file.read_text("utf-8"))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SendSettingsError(_("{path} cannot be read: {error}", path=file, error=error)) from error
    for name in SendSettings.__struct_fields__:
        text = environment.get(PREFIX + name.upper())
        if text is not None and name != "source":
            values[name] = text.split(os.pathsep) if name in ("paths", "drop") else text
    values |= {name: value for name, value in flags.items() if value is not None}
    try:
        settings = msgspec.convert(values, SendSettings, strict=False)
    except msgspec.ValidationError as error:
        raise SendSettingsError(_("the settings cannot be used: {error}", error=error)) from error
    return _checked(settings)


def _checked(settings: SendSettings) -> SendSettings:
    if not settings.to:
        raise SendSettingsError(_("no centre is named: give --to https://HOST:9200"))
    if not settings.sources:
        raise SendSettingsError(_("nothing to send: name files, folders, or - for standard input"))
    if any(not source.token for source in settings.sources):
        raise SendSettingsError(_("no token: give --token, or KENG_SEND_TOKEN, or a file with --config"))
    if sum("-" in source.paths for source in settings.sources) > 1:
        raise SendSettingsError(_("standard input belongs to one source only"))
    if settings.spool_max_bytes < _SMALLEST_SPOOL:
        raise SendSettingsError(
            _("{name} is at least {smallest}", name="spool_max_bytes", smallest=_SMALLEST_SPOOL)
        )
    return settings
