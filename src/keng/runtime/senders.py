"""Who sends: tokens and syslog senders looked up in the register, remembered for one second.

The second bounds how long a withdrawn token or a disabled source still works. While the state database is away,
nothing can be withdrawn either, and what was known last stands.
"""

import ipaddress
from collections.abc import Iterable

import structlog
from sqlalchemy.exc import OperationalError

from keng.collect.ports import Refusal, Sender
from keng.i18n import _
from keng.model.agency import LogSourceEntry
from keng.runtime.clock import Clock
from keng.state import register
from keng.state.database import State
from keng.state.tokens import source_of_token

REMEMBERED_US = 1_000_000
MAX_REMEMBERED = 10_000
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_log = structlog.get_logger("keng.runtime.senders")


class Senders:
    """The register as the receivers need it."""

    def __init__(self, state: State, clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self._by_token: dict[str, tuple[int, Sender | Refusal]] = {}
        self._syslog = SyslogSenders(())
        self._syslog_until = 0

    def authenticate(self, token: str) -> Sender | Refusal:
        """The source of a token; 401 if it is unknown or withdrawn, 403 if its source may not send."""
        now = self._clock()
        known = self._by_token.get(token)
        if known is not None and known[0] > now:
            return known[1]
        try:
            found = self._look_up(token)
        except OperationalError as error:
            _log.error("the register cannot be read", reason=str(error.orig))
            return (
                known[1]
                if known
                else Refusal(503, _("the centre cannot read its register; send again later"))
            )
        if len(self._by_token) >= MAX_REMEMBERED:
            self._by_token.clear()
        self._by_token[token] = (now + REMEMBERED_US, found)
        return found

    def identify(self, token: str, address: str, hostname: str) -> Sender | Refusal:
        """The source of a syslog line."""
        if token:
            return self.authenticate(token)
        now = self._clock()
        if now >= self._syslog_until:
            try:
                with self._state.read() as conn:
                    self._syslog = SyslogSenders(register.sources_for_syslog(conn))
            except OperationalError as error:
                _log.error("the register cannot be read", reason=str(error.orig))
            self._syslog_until = now + REMEMBERED_US
        return self._syslog.find(address, hostname)

    def _look_up(self, token: str) -> Sender | Refusal:
        with self._state.read() as conn:
            source_id = source_of_token(conn, token)
            source = register.source(conn, source_id) if source_id else None
            agency = register.agency(conn, source.agency) if source else None
        if source is None:
            return Refusal(
                401,
                _("the token is unknown or was withdrawn; issue a new one with `keng register token SOURCE`"),
            )
        if not source.enabled:
            return Refusal(403, _("the log source {source} is disabled in the register", source=source.id))
        if agency is None:
            return Refusal(
                403,
                _(
                    "the agency {agency} of the log source {source} is not in the register; add it with"
                    " `keng register load FILE`",
                    agency=source.agency,
                    source=source.id,
                ),
            )
        return Sender(source.id, source.agency)


class SyslogSenders:
    """Finds a syslog source by the address that a line came from, else by the host name in it."""

    def __init__(self, sources: Iterable[LogSourceEntry]) -> None:
        self._networks: list[tuple[Network, LogSourceEntry]] = []
        self._hosts: dict[str, LogSourceEntry] = {}
        for source in sources:
            for text in source.addresses:
                try:
                    self._networks.append((ipaddress.ip_network(text, strict=False), source))
                except ValueError as error:
                    _log.error("address in the register cannot be read", source=source.id, reason=str(error))
            for name in source.hostnames:
                self._hosts.setdefault(name.lower(), source)

    def find(self, address: str, hostname: str) -> Sender | Refusal:
        """By address (among several of one address by host name), else by host name alone."""
        there = self._at(address)
        named = [source for source in there if _has_name(source, hostname)]
        unnamed = [source for source in there if not source.hostnames]
        chosen: LogSourceEntry | None = None
        for some in (named[:1], unnamed, there):
            if chosen is None and len(some) == 1:
                chosen = some[0]
        chosen = chosen or self._named(hostname)
        if chosen is None:
            return Refusal(
                403,
                _(
                    "no log source of the register sends syslog from the address {address} or as the host"
                    " {host}; add it to the register, or put the source's token into the message",
                    address=address,
                    host=hostname[:80] or "-",
                ),
            )
        return Sender(chosen.id, chosen.agency)

    def _named(self, hostname: str) -> LogSourceEntry | None:
        full, short = _names(hostname)
        return self._hosts.get(full) or self._hosts.get(short)

    def _at(self, address: str) -> list[LogSourceEntry]:
        if not self._networks:
            return []
        try:
            place = ipaddress.ip_address(address)
        except ValueError:
            return []
        if isinstance(place, ipaddress.IPv6Address) and place.ipv4_mapped is not None:
            place = place.ipv4_mapped
        found: list[LogSourceEntry] = []
        for network, source in self._networks:
            if place in network and source not in found:
                found.append(source)
        return found


def _names(hostname: str) -> tuple[str, str]:
    full = hostname.lower()
    return full, full.partition(".")[0]


def _has_name(source: LogSourceEntry, hostname: str) -> bool:
    return any(name in source.hostnames for name in _names(hostname))
