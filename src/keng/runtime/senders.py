"""Who sends: tokens, certificates and addresses looked up in the register, remembered for half a second.

That bounds how long a withdrawn token or certificate, or a disabled source, still works. While the state database is away,
nothing can be withdrawn either, and what was known last stands.
"""

import ipaddress
from collections.abc import Iterable

import structlog
from sqlalchemy.exc import OperationalError

from keng.collect.peer_certificate import PeerCertificate
from keng.collect.ports import Refusal, Sender
from keng.i18n import _
from keng.model.agency import LogSourceEntry
from keng.runtime.clock import Clock
from keng.state import register
from keng.state.certificates import BY_FINGERPRINT, BY_NAME, certificates
from keng.state.database import State
from keng.state.tokens import source_of_token

REMEMBERED_US = 500_000
MAX_REMEMBERED = 10_000
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_log = structlog.get_logger("keng.runtime.senders")


class Senders:
    """The register as the receivers need it."""

    def __init__(self, state: State, clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self._by_token: dict[str, tuple[int, Sender | Refusal]] = {}
        self._by_address: dict[str, SyslogSenders] = {}
        self._by_address_until = 0
        self._by_certificate: dict[str, Sender | Refusal] = {}
        self._by_certificate_until = 0
        self.trusted: frozenset[str] = frozenset()  # PEM texts of the certificates that work

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

    def identify(
        self, token: str, address: str, hostname: str, transport: str = "syslog"
    ) -> Sender | Refusal:
        """The source of a line."""
        if token:
            return self.authenticate(token)
        now = self._clock()
        if now >= self._by_address_until:
            try:
                with self._state.read() as conn:
                    sources = [one for one in register.sources(conn) if one.enabled]
                self._by_address = {
                    name: SyslogSenders([one for one in sources if one.transport == name])
                    for name in {one.transport for one in sources}
                }
            except OperationalError as error:
                _log.error("the register cannot be read", reason=str(error.orig))
            self._by_address_until = now + REMEMBERED_US
        return self._by_address.get(transport, _NOBODY).find(address, hostname)

    def recognise(self, certificate: PeerCertificate) -> Sender | Refusal:
        """The source of a TLS client's certificate: by its fingerprint, else by a name that was registered."""
        self.refresh_certificates()
        known = self._by_certificate
        found = known.get(BY_FINGERPRINT + certificate.fingerprint)
        for name in certificate.names:
            found = found or known.get(BY_NAME + name)
        return found or Refusal(
            401,
            _(
                "the certificate {fingerprint} ({name}) is not in the register; add it with"
                " `keng register certificate add SOURCE FILE`",
                fingerprint=certificate.fingerprint,
                name=", ".join(certificate.names)[:200],
            ),
        )

    def refresh_certificates(self) -> frozenset[str]:
        """PEM texts of the certificates that work now, as the register says at most half a second ago."""
        now = self._clock()
        if now < self._by_certificate_until:
            return self.trusted
        self._by_certificate_until = now + REMEMBERED_US
        try:
            with self._state.read() as conn:
                entries = {one.id: one for one in register.sources(conn)}
                shown = certificates(conn)
        except OperationalError as error:
            _log.error("the register cannot be read", reason=str(error.orig))
            return self.trusted
        found: dict[str, Sender | Refusal] = {}
        # Oldest first: what was withdrawn and registered again works.
        for one in shown:
            source = entries.get(one.source)
            if one.withdrawn_us or source is None:
                found[one.identity] = Refusal(401, _("the certificate was withdrawn"))
            elif not source.enabled:
                found[one.identity] = _disabled(source.id)
            else:
                found[one.identity] = Sender(source.id, source.agency)
        self._by_certificate = found
        self.trusted = frozenset(one.pem for one in shown if one.pem and not one.withdrawn_us)
        return self.trusted

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
            return _disabled(source.id)
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


def _disabled(source: str) -> Refusal:
    return Refusal(403, _("the log source {source} is disabled in the register", source=source))


class SyslogSenders:
    """Finds a source by the address that a line came from, else by the host name in it."""

    def __init__(self, sources: Iterable[LogSourceEntry]) -> None:
        self._networks: list[tuple[Network, LogSourceEntry]] = []
        self._sockets: dict[str, LogSourceEntry] = {}
        self._hosts: dict[str, LogSourceEntry] = {}
        for source in sources:
            for text in source.addresses:
                if text.startswith("unix:"):
                    self._sockets.setdefault(text, source)
                    continue
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
                    "no log source of the register sends from the address {address} or as the host"
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
        if address in self._sockets:
            return [self._sockets[address]]
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


_NOBODY = SyslogSenders(())


def _names(hostname: str) -> tuple[str, str]:
    full = hostname.lower()
    return full, full.partition(".")[0]


def _has_name(source: LogSourceEntry, hostname: str) -> bool:
    return any(name in source.hostnames for name in _names(hostname))
