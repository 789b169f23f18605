"""Linux daemons that write to syslog and whose messages have fields: DHCP, mail, VPN. Product linux, service syslog.

They stay what they are to Sigma (messages of the system log, and auth where a logon fails), with User, src_ip, outcome
beside their own names.
"""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.clock import device_us
from keng.normalise.parts import Parts
from keng.normalise.verdict import renamed

_ANTIVIRUS = LogSource("linux", "clamav", ("antivirus",))
_CLAMAV = LogSource("linux", "clamav")
_VSFTPD = LogSource("linux", "vsftpd")
_SYSLOG = LogSource("linux", "syslog")
_WINDOWS_DHCP = LogSource("windows", "dhcp-server-audit")
_AUTH = LogSource("linux", "auth")
_NAMES = (
    ("user", "User"), ("sasl_username", "User"), ("client_ip", "src_ip"), ("rip", "src_ip"), ("lip", "dst_ip"),
    ("relay_ip", "dst_ip"), ("relay_port", "dst_port"),
)  # fmt: skip


def daemon_parts(own: dict[str, Any]) -> Parts:
    """One message of dhcpd, Kea, Postfix, Dovecot, Exim or OpenVPN; of a Windows DHCP server, too."""
    fields = {**own, **renamed(own, _NAMES)}
    if own.get("event_id") is not None and "timestamp" in own:
        return Parts(fields, _WINDOWS_DHCP, device_us(str(own["timestamp"])))
    logon = "outcome" in own and own.get("action") in ("sasl", "login", "connect")
    return Parts(fields, _AUTH if logon else _SYSLOG, device_us(str(own.get("timestamp", ""))))


def vsftpd_parts(own: dict[str, Any]) -> Parts:
    """One line of vsftpd."""
    fields = {**own, **renamed(own, (("user", "User"), ("path", "Filename")))}
    return Parts(fields, _VSFTPD, device_us(str(own.get("timestamp", ""))))


def clamav_parts(own: dict[str, Any]) -> Parts:
    """One line of ClamAV: a finding is Sigma's category antivirus, with Signature and Filename."""
    fields = {**own, **renamed(own, (("signature", "Signature"), ("path", "Filename"), ("hash", "Hashes")))}
    return Parts(
        fields, _ANTIVIRUS if "signature" in own else _CLAMAV, device_us(str(own.get("timestamp", "")))
    )
