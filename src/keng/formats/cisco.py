"""Cisco's own messages: ASA and Firepower, IOS, IOS-XE, NX-OS; after a syslog header or what stands in its place.

    %ASA-6-302013: Built inbound TCP connection 12 for outside:10.0.0.1/5000 (…) to inside:192.0.2.1/443 (…)
    45: rtr-1: *May  1 12:00:00.123: %SYS-5-CONFIG_I: Configured from console by admin on vty0 (10.0.0.1)

%FACILITY[-SUBFACILITY]-SEVERITY-MNEMONIC: message. Fields: facility, severity, mnemonic, message, device_time,
device_zone and device (from the IOS prefix); of ASA: protocol, direction, src_ip, src_port, src_interface, dst_ip, dst_port,
dst_interface, action, user, access_group, url where the message says them; of IOS command logs: user, command.
"""

import re
from typing import Any

# Between facility and severity may stand a subfacility, of the ASA also the message's class in small letters.
_TAG = re.compile(
    r"%([A-Z][A-Z0-9_]{1,31}(?:-[A-Z][A-Z0-9_]{0,31}){0,2})(?:-[a-z\-]{2,24})?-([0-7])-([A-Z0-9_]{2,48}) ?: ?"
)
_STAMP = re.compile(
    r"(?:: ?)?(?:(\d{1,10}): )?(?:([A-Za-z][\w.\-]{0,63}): )?(?:\d{1,10}: )?[*.]?"
    r"((?:(?:\d{4} )?[A-Z][a-z]{2} {1,2}\d{1,2}(?: \d{4})? \d\d:\d\d:\d\d(?:\.\d{1,6})?)|)(?: ([A-Z]{2,5}))?(?: [^\s:]{1,64} ?)?:? ?"
)
_IP = r"([0-9A-Fa-f.:]{2,45})"
# An address, or the name that the device has for it.
_SIDE = re.compile(
    rf"\b(src|dst|for|from|to|faddr|laddr) (?:([\w.\-]{{1,64}}):)?(?:{_IP}|((?<=:)[A-Za-z][\w.\-]{{0,127}}))(?:/(\d{{1,5}}))?(?=[\s(),]|$)"
)
_FLOW = re.compile(
    r"(Built|Teardown|Deny|Denied|Dropped)\b(?: (inbound|outbound))?|Inbound \S{1,8} connection (denied)"
    r"|(?:IDS:\d{1,5} |No matching connection for ICMP error message: )()"
)
_PROTOCOL = re.compile(r"\b(TCP|UDP|ICMP|ICMPv6|GRE|ESP|IGMP|tcp|udp|icmp|gre|esp|igmp)\b")
_LIST = re.compile(
    rf"access-list (\S{{1,128}}) (denied|permitted|est-allowed) (\S{{1,8}}) ([\w.\-]{{1,64}})/{_IP}\((\d{{1,5}})\) -> "
    rf"([\w.\-]{{1,64}})/{_IP}\((\d{{1,5}})\)"
)
_IOS_LIST = re.compile(
    rf"list (\S{{1,128}}) (denied|permitted) (\S{{1,8}}) {_IP}(?:\((\d{{1,5}})\))? .{{0,64}}?-> {_IP}(?:\((\d{{1,5}})\))?"
)
_GROUP = re.compile(r'by access-group "([^"\n]{1,128})"')
_USER = re.compile(
    r"""(?:[Uu]ser(?:name)? ?[:=] ?|[Uu]ser (?=['"<\[])|by user |for user |Uname: )['"\[<]?([^\s'"\]>,;]{1,128})"""
)
_SOURCE = re.compile(
    r"(?:\[Source: |remote host: |from |user IP = |from IP |IP = |IP <|\()((?:[0-9]{1,3}\.){3}[0-9]{1,3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?=[\])>,:/\s(]|$)"
)
_ACCESS = re.compile(
    rf"(?:access|[Ll]ogin|[Cc]onnection|session|request) (denied|permitted|discarded|started|terminated)\b[^\n]{{0,96}}? from {_IP}[/:](\d{{1,5}})"
    rf" to (?:([\w.\-]{{1,64}}):)?{_IP}(?:[/:](\w{{1,16}}))?"
)
_ATTACKER = re.compile(
    rf"(?:Host|Threat-detection adds host|Shunn?ed packet:|Shun add(?:ed)?:) {_IP}(?=\s|$)"
)
_URL = re.compile(rf"{_IP}(?:\([^)\n]{{0,128}}\))? Accessed (?:JAVA )?URL {_IP}:(\S{{1,4096}})")
_NAMED_IP = re.compile(rf"\bIP address: {_IP}(?=[\s,]|$)")
_BY = re.compile(r"\bby (?:user ')?([^\s']{1,64})(?:'| on (?:vty|tty|con|aux|console|[0-9A-Fa-f.:]{3,45}@))")
# Firepower: "Name: value, Name: value"
_EVENT_PAIR = re.compile(r"(?:^|, )([A-Z][A-Za-z]{2,40}): ([^,\n]{0,1024})")
_EVENT_NAMES = (
    ("SrcIP", "src_ip"), ("DstIP", "dst_ip"), ("SrcPort", "src_port"), ("DstPort", "dst_port"), ("Protocol", "protocol"),
    ("AccessControlRuleAction", "action"), ("InlineResult", "action"), ("User", "user"), ("URL", "url"),
    ("FileName", "file_name"), ("ThreatName", "threat_name"), ("DNSQuery", "query"), ("DNSRecordType", "record_type"),
    ("IngressInterface", "src_interface"), ("EgressInterface", "dst_interface"),
)  # fmt: skip
_COMMAND = re.compile(
    r"(?:logged command: ?|executed the '?|, executed '|executed cmd: |cmd=)([^'\n]{1,2048})"
)
# IOS XR: the card that speaks stands before the time, the process after it.
_CARD = re.compile(
    r"(?:\d{1,10}: )?(?:([A-Za-z][\w.\-]{0,63}) )?(?:RP|LC|\d{1,3})/[A-Z0-9]{1,6}/[A-Z0-9]{1,6}(?:/[A-Z0-9]{1,6})?:"
    r"((?:\d{4} )?[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d(?:\.\d{1,6})?)(?: ([A-Z]{2,5}))? ?: "
)


def carries(text: str) -> bool:
    """Is there a Cisco tag near the beginning?"""
    return "%" in text[:160] and _TAG.search(text[:320]) is not None


def fields_of(text: str) -> dict[str, Any] | None:
    """The fields of one message; None if it has no Cisco tag near its beginning."""
    if "%" not in text[:160]:
        return None
    match = _TAG.search(text[:320])
    if not match:
        return None
    facility, severity, mnemonic = match.groups()
    message = text[match.end() :]
    fields: dict[str, Any] = {
        "facility": facility,
        "severity": int(severity),
        "mnemonic": mnemonic,
        "message": f"{match[0]}{message}",
    }
    if before := text[: match.start()]:
        said: tuple[tuple[str, Any], ...] = ()
        if card := _CARD.match(before):
            said = (("device", card[1]), ("device_time", card[2]), ("device_zone", card[3]))
        elif prefix := _STAMP.match(before):
            said = (("device", prefix[2]), ("device_time", prefix[3]), ("device_zone", prefix[4]))
        fields.update((name, value) for name, value in said if value)
    if "SrcIP: " in message[:4096]:
        _event(message[:8192], fields)
        return fields
    _flow(message[:4096], fields)
    _who(message[:4096], fields)
    return fields


def event_fields(message: str) -> dict[str, Any] | None:
    """The fields of a message of the syslog program "SFIMS", as FirePOWER modules name themselves; None for others."""
    if "SrcIP: " not in message[:4096]:
        return None
    fields: dict[str, Any] = {"facility": "FTD", "mnemonic": "SFIMS", "message": message}
    _event(message[:8192], fields)
    return fields


def _event(message: str, fields: dict[str, Any]) -> None:
    pairs = dict(_EVENT_PAIR.findall(message))
    fields.update((f"event.{name}", value) for name, value in pairs.items())
    for name, ours in _EVENT_NAMES:
        if value := pairs.get(name):
            fields.setdefault(
                ours, int(value) if ours.endswith("_port") and value.isdecimal() and len(value) < 6 else value
            )


_LIST_NAMES = (
    "access_group", "action", "protocol", "src_interface", "src_ip", "src_port", "dst_interface", "dst_ip", "dst_port",
)  # fmt: skip
_IOS_LIST_NAMES = ("access_group", "action", "protocol", "src_ip", "src_port", "dst_ip", "dst_port")


def _flow(message: str, fields: dict[str, Any]) -> None:
    if listed := _LIST.search(message):
        fields.update(zip(_LIST_NAMES, listed.groups(), strict=True))
    elif listed := _IOS_LIST.search(message):
        pairs = zip(_IOS_LIST_NAMES, listed.groups(), strict=True)
        fields.update((name, value) for name, value in pairs if value)
    elif flow := _FLOW.match(message):
        _ends(flow, message, fields)
    elif access := _ACCESS.search(message):
        fields["action"], fields["src_ip"], fields["src_port"] = access[1], access[2], access[3]
        fields["dst_ip"] = access[5]
        if access[4]:
            fields["dst_interface"] = access[4]
        if access[6] and access[6].isdecimal():
            fields["dst_port"] = access[6]
        elif access[6]:
            fields["service"] = access[6]
    elif "Accessed" in message and (url := _URL.match(message)):
        fields["src_ip"], fields["dst_ip"], fields["url"] = url.groups()
    if "access-group" in message and (group := _GROUP.search(message)):
        fields["access_group"] = group[1]
    for name in ("src_port", "dst_port"):
        if name in fields and fields.get("protocol", "").startswith("icmp"):
            # A type or a sequence number.
            del fields[name]
        elif name in fields:
            fields[name] = int(fields[name])


def _ends(flow: re.Match[str], message: str, fields: dict[str, Any]) -> None:
    """The two ends of a connection; for "Built outbound" the ASA names the far end first."""
    fields["action"] = flow[1] or flow[3] or "alert"
    if flow[2]:
        fields["direction"] = flow[2]
    if protocol := _PROTOCOL.search(message[:96]):
        fields["protocol"] = protocol[1].lower()
    sides = _SIDE.findall(message[:512])[:2]
    if len(sides) == 2 and flow[1] in ("Built", "Teardown") and flow[2] == "outbound":
        sides.reverse()
    for end, (_word, interface, address, name, port) in zip(("src", "dst"), sides, strict=False):
        values = (
            (f"{end}_interface", interface), (f"{end}_ip", address), (f"{end}_host", name), (f"{end}_port", port),
        )  # fmt: skip
        fields.update((name, value) for name, value in values if value)


def _who(message: str, fields: dict[str, Any]) -> None:
    if user := _USER.search(message) or _BY.search(message):
        fields["user"] = user[1]
    if "src_ip" not in fields and (
        source := _SOURCE.search(message) or _NAMED_IP.search(message) or _ATTACKER.search(message)
    ):
        fields["src_ip"] = source[1]
    if command := _COMMAND.search(message):
        fields["command"] = command[1].strip()
