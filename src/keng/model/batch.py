"""A batch: what a receiver hands to the journal, and what is acknowledged as one."""

import msgspec


class Batch(msgspec.Struct, frozen=True, array_like=True):
    """Records of one log source that arrived together. All or none of it is durable.

    source: id of the log source in the register; agency: id of the agency that owns it.
    transport: "elastic_bulk", "hec", "hec_raw", "otlp", "otlp_untimed", "syslog_tcp", "syslog_tls", "syslog_udp", "lines",
    "netflow", "file".
    peer: address of the sender ("127.0.0.1:52514").
    received_us: time of arrival, microseconds since the epoch, UTC.
    records: the raw bytes of each record, at most 1 MiB each (a receiver cuts or refuses longer ones).
    ids: the sender's own record ids, same length as `records`, or empty if it has none.
    """

    source: str
    agency: str
    transport: str
    peer: str
    received_us: int
    records: tuple[bytes, ...]
    ids: tuple[str, ...] = ()
