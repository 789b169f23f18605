"""Error logs of nginx, Apache and PHP.

    2024/05/01 12:00:00 [error] 12#34: *56 message, client: 10.0.0.1, server: x, request: "GET / HTTP/1.1", host: "x"
    [Wed May 01 12:00:00.123456 2024] [core:error] [pid 12:tid 34] [client 10.0.0.1:5000] AH00128: message
    [Wed May 01 12:00:00 2024] [error] [client 10.0.0.1] message                                    (Apache 2.2)
    [01-May-2024 12:00:00 Asia/Ho_Chi_Minh] PHP Warning:  message                                   (PHP, php-fpm)

Fields: server ("nginx", "apache" or "php"), timestamp, level, module, pid, client, client_port, message, code (AH…), and what
nginx adds: vhost, request, method, uri, upstream, referer, host; user and outcome where a password was wrong; zone of PHP.
"""

import re
from typing import Any

_NGINX = re.compile(
    r"(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d) \[(debug|info|notice|warn|error|crit|alert|emerg)\] (\d{1,10})#\d{1,10}: (?:\*\d{1,20} )?(.*)",
    re.DOTALL,
)
_APACHE = re.compile(
    r"\[([A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,6})? \d{4})\] \[(?:([\w\-]{0,64}):)?(\w{3,8})\] "
    r"(?:\[pid (\d{1,10})(?::tid \d{1,20})?\] )?(?:\[(?:client|remote) ([^\]\s]{1,64}?)(?::(\d{1,5}))?\] )?(.*)",
    re.DOTALL,
)
_ADDED = re.compile(r', (client|server|request|upstream|host|referrer): ("(?:[^"\\]|\\.)*+"|[^,\s]{0,1024})')
_NAMES = {"server": "vhost", "referrer": "referer"}
# ModSecurity's own notes: [id "942100"] [msg "…"] [hostname "x"] [uri "/a"]
_SECURITY = re.compile(r'\[(id|msg|hostname|uri|severity|unique_id) "([^"\n]{0,4096})"\]')
_CODE = re.compile(r"(AH\d{5}): ")


_REFUSED = re.compile(
    r"(?:AH016\d\d: )?user \"?([^\":\n]{1,128}?)\"?(?:: authentication failure| not found|: password mismatch| was not found in)"
)
_PHP = re.compile(
    r"\[(\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d)(?:\.\d{1,6})?(?: ([A-Za-z][\w+\-/]{1,48}))?\] "
    r"(?:PHP ([A-Z][A-Za-z ]{3,32}): |([A-Z]{4,8}): )?(.*)",
    re.DOTALL,
)


def fields_of(text: str) -> dict[str, Any] | None:
    """The fields of one entry; None if it is none."""
    first = text[:1]
    fields: dict[str, Any] | None
    if first == "[":
        fields = _apache(text) or _php(text)
        if fields is not None:
            _refused(fields)
        return fields
    if first == "2" and (match := _NGINX.match(text)):
        stamp, level, pid, message = match.groups()
        fields = {"server": "nginx", "timestamp": stamp, "level": level, "pid": pid}
        for name, value in _ADDED.findall(message[:65536]):
            fields.setdefault(_NAMES.get(name, name), value.strip('"'))
        _request(fields)
        fields["message"] = message
        if fields.get("vhost") == "_":
            del fields["vhost"]
        _refused(fields)
        return fields
    return None


def _refused(fields: dict[str, Any]) -> None:
    """A wrong password or name."""
    if "user " in fields["message"][:256] and (refused := _REFUSED.match(fields["message"])):
        fields["user"], fields["outcome"] = refused[1], "failure"


def _php(text: str) -> dict[str, Any] | None:
    match = _PHP.match(text)
    if not match:
        return None
    stamp, zone, level, fpm, message = match.groups()
    pairs = (("zone", zone), ("level", (level or fpm or "").lower()))
    return {
        "server": "php",
        "timestamp": stamp,
        **{name: value for name, value in pairs if value},
        "message": message,
    }


def _apache(text: str) -> dict[str, Any] | None:
    match = _APACHE.match(text)
    if not match:
        return None
    names = ("timestamp", "module", "level", "pid", "client", "client_port", "message")
    fields: dict[str, Any] = {"server": "apache"}
    fields.update(
        (name, value) for name, value in zip(names, match.groups(), strict=True) if value is not None
    )
    if "client_port" in fields:
        fields["client_port"] = int(fields["client_port"])
    if code := _CODE.match(fields["message"]):
        fields["code"] = code[1]
    if "ModSecurity: " in fields["message"][:256]:
        for name, value in _SECURITY.findall(fields["message"][:65536]):
            fields.setdefault(
                {"hostname": "host", "msg": "rule_message", "id": "rule"}.get(name, name), value
            )
    return fields


def _request(fields: dict[str, Any]) -> None:
    parts = str(fields.get("request", "")).split(" ")
    if len(parts) >= 2 and parts[0].isalpha():
        fields["method"], fields["uri"] = parts[0], " ".join(parts[1:-1]) or parts[1]
