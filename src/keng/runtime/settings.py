"""The settings of a centre. Later ones win: defaults, `keng.toml`, the environment (`KENG_PORT=…`), flags."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from keng.backup.places import Places
from keng.i18n import _
from keng.model.rejected import Rejected
from keng.store.retention_days import read_days

PREFIX = "KENG_"
GIB = 1 << 30


class SettingsError(Exception):
    """A setting that cannot be used; the text names it and what is expected."""


def default_data_dir(environment: Mapping[str, str] = os.environ) -> Path:
    """`$KENG_DATA`, else `~/.local/share/keng`."""
    named = environment.get("KENG_DATA", "")
    return Path(named) if named else Path("~/.local/share/keng").expanduser()


class Watch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Files of this machine that the centre follows as one log source.

    paths: files, folders and patterns. drop: folders whose files are read once, as a whole, and then moved into `done/`
    (leave: they stay).
    """

    source: str
    paths: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    leave: bool = False


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a centre is told.

    data_dir: everything it keeps. state_url: a database for the state; "" for SQLite in the data folder.
    journal_url: a NATS server with JetStream for the journal ("nats://user:password@host:4222", several of one
        cluster with commas); "" for SQLite in the data folder. journal_replicas: servers that hold the stream.
    store_url: a ClickHouse server for the events ("clickhouse://user:password@host:8123/keng", with TLS
        "clickhouses://", on a cluster with "?cluster=name"); "" for the data folder.
    watch: files of this machine that belong to log sources ([[watch]] with source, paths, drop).
    workers: this centre only receives and shows; `keng work` detects and stores. Needs all three servers.
    host, port: the console. ingest_host, ingest_port: Elastic bulk over HTTP. syslog_host, syslog_port: TCP, UDP.
        A port of 0 takes any free one; a syslog_port of -1 switches syslog off.
    syslog_tls_port: syslog over TLS with client certificates (usually 6514), -1 for none; needs tls_certificate.
    syslog_tls_authority: PEM file of the authority that issued the senders' certificates; certificates that are
        registered one by one need none. lines_port: records as lines over TCP, -1 for none. lines_sockets: paths of
        Unix sockets for the same. netflow_port: NetFlow and IPFIX by UDP (usually 2055), -1 for none. All of these
        listen on syslog_host.
    tls_certificate, tls_key: PEM files; with them the console and the HTTP receivers speak HTTPS only.
    rules: further rule folders, files or zips, beside our own and the installed sets.
    retention_days: how long events are kept, by the level of the system that they come from, where it differs from the
        country's law: "3=120, 5=400" (level 0: sources that name no system; kept as level 3).
    journal_max_bytes: beyond it senders are told to wait. max_body_bytes: of one bulk request, unpacked.
    dedupe_window: how many of the newest event ids are remembered to recognise what is sent twice.
    lateness_s: how long correlations wait for events that arrive out of order; it delays their alerts.
    metrics_token: lets others than this machine read /metrics.
    look_s: seconds between two looks at the log sources, by which their cadence is learned and silence noticed.
    log_level: of the centre's own log on standard error: debug, info, warning, error.
    """

    data_dir: Path = msgspec.field(default_factory=default_data_dir)
    state_url: str = ""
    watch: tuple[Watch, ...] = ()
    workers: bool = False
    journal_url: str = ""
    journal_replicas: int = 1
    store_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8080
    ingest_host: str = "127.0.0.1"
    ingest_port: int = 9200
    syslog_host: str = "127.0.0.1"
    syslog_port: int = 5514
    syslog_tls_port: int = -1
    syslog_tls_authority: str = ""
    lines_port: int = -1
    lines_sockets: tuple[str, ...] = ()
    netflow_port: int = -1
    tls_certificate: str = ""
    tls_key: str = ""
    rules: tuple[Path, ...] = ()
    retention_days: str = ""
    journal_max_bytes: int = 2 * GIB
    max_body_bytes: int = 100 * 1024 * 1024
    dedupe_window: int = 1_000_000
    lateness_s: float = 1.0
    metrics_token: str = ""
    look_s: float = 30.0
    log_level: str = "info"

    @property
    def journal_path(self) -> Path:
        """The journal's file."""
        return self.data_dir / "journal.db"

    @property
    def events_dir(self) -> Path:
        """The event store's folder."""
        return self.data_dir / "events"

    @property
    def state_place(self) -> str | Path:
        """Address or file of the state store."""
        return self.state_url or self.data_dir / "state.db"

    @property
    def places(self) -> Places:
        """Where everything is, for saving and checking it."""
        return Places(
            self.data_dir,
            self.state_place,
            None if self.journal_url else self.journal_path,
            None if self.store_url else self.events_dir,
        )

    @property
    def cache_dir(self) -> Path:
        """What can be made again, such as compiled rules."""
        return self.data_dir / "cache"


def load_settings(
    flags: Mapping[str, Any],
    environment: Mapping[str, str] = os.environ,
    file: Path | None = None,
) -> Settings:
    """Settings from a file, the environment and flags (None: not given).

    file: None looks for `keng.toml` in the data folder. Raises SettingsError with the name of the setting.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    data_dir = Path(
        given.get("data_dir") or environment.get("KENG_DATA_DIR") or default_data_dir(environment)
    )
    path = file or data_dir / "keng.toml"
    values: dict[str, Any] = {}
    if file is not None or path.is_file():
        values |= _read_file(path)
    for name in Settings.__struct_fields__:
        if (text := environment.get(PREFIX + name.upper())) is not None:
            values[name] = text.split(os.pathsep) if name in ("rules", "lines_sockets") else text
    values = {"data_dir": data_dir, **values, **given}
    values = {name: _plain(value) for name, value in values.items()}
    try:
        settings = msgspec.convert(values, Settings, strict=False, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise SettingsError(_("the settings cannot be used: {error}", error=error)) from error
    return _checked(settings)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(_("{path} cannot be read: {error}", path=path, error=error)) from error


def _path(kind: type[Any], value: Any) -> Any:
    if kind is Path and isinstance(value, str):
        return Path(value).expanduser()
    raise TypeError(f"expected {kind.__name__}, got {value!r}")


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def _checked(settings: Settings) -> Settings:
    for name in ("port", "ingest_port", "syslog_port", "syslog_tls_port", "lines_port", "netflow_port"):
        value = getattr(settings, name)
        if not (0 <= value <= 65535 or (name not in ("port", "ingest_port") and value == -1)):
            raise SettingsError(_("{name} is {value}; a port is 0 to 65535", name=name, value=value))
    if bool(settings.tls_certificate) != bool(settings.tls_key):
        raise SettingsError(_("tls_certificate and tls_key go together: give both or neither"))
    if settings.syslog_tls_port >= 0 and not settings.tls_certificate:
        raise SettingsError(_("syslog over TLS needs tls_certificate and tls_key"))
    if settings.log_level not in ("debug", "info", "warning", "error"):
        raise SettingsError(_("log_level is one of debug, info, warning, error"))
    if settings.journal_url and not settings.journal_url.startswith(("nats://", "tls://")):
        raise SettingsError(_("journal_url begins with nats:// or tls://"))
    if settings.store_url and not settings.store_url.startswith(("clickhouse://", "clickhouses://")):
        raise SettingsError(_("store_url begins with clickhouse:// or clickhouses://"))
    if settings.state_url and not settings.state_url.startswith("postgresql"):
        raise SettingsError(_("state_url begins with postgresql://"))
    if settings.workers and not (settings.journal_url and settings.state_url and settings.store_url):
        raise SettingsError(
            _("workers share their work through servers: set journal_url, state_url and store_url")
        )
    days = read_days(settings.retention_days, {})
    if isinstance(days, Rejected):
        raise SettingsError(days.reason)
    if not 1 <= settings.journal_replicas <= 5:
        raise SettingsError(_("journal_replicas is 1 to 5"))
    smallest = 16 * 1024 * 1024
    if settings.journal_max_bytes < smallest:
        raise SettingsError(_("journal_max_bytes is at least {smallest}", smallest=smallest))
    return settings
