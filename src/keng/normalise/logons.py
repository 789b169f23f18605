"""What sshd, sudo, su, PAM and the account tools say, as fields: User, src_ip, src_port, auth_method, action, outcome.

outcome is "success" or "failure" and stands only where the message says so; a connection that was closed before the logon
ended has a user and an address and no outcome. Of sudo the names are sudo's own (TTY, PWD, USER, COMMAND), with
CommandLine beside them; USER is who the command ran as, User who asked. Of su, TargetUser is whom they wanted to be.
"""

import re
from typing import Any

_SSHD = re.compile(
    r"(Accepted|Failed|Partial|Postponed) (\S{1,64}) for (?:invalid user )?(.{0,256}?) from (\S{1,64}) port (\d{1,5})",
    re.ASCII,
)
_SSHD_INVALID = re.compile(
    r"(?:Invalid|Illegal) user (.{0,256}?) from (\S{1,64})(?: port (\d{1,5}))?", re.ASCII
)
_SSHD_MOST = re.compile(
    r"(?:error: )?maximum authentication attempts exceeded for (?:invalid user )?(.{0,256}?) from (\S{1,64}) port (\d{1,5})"
)
_SSHD_DENIED = re.compile(r"User (\S{1,256}) from (\S{1,64}) not allowed because ")
_SSHD_ENDED = re.compile(
    r"(?:Connection (?:closed|reset)|Disconnected|Received disconnect) (?:by|from) "
    r"(?:(?:(?:authenticating |invalid )?user (.{0,256}?) )?([0-9A-Fa-f.:]{3,45}) port (\d{1,5})|([0-9A-Fa-f.:]{3,45}))",
    re.ASCII,
)
_SSHD_PAM = re.compile(
    r"(?:error: )?PAM: (?:Authentication failure|User not known\S{0,64}) for (?:illegal user )?(\S{1,256}) from (\S{1,64})"
)
# Whatever else sshd says of a peer: "… from 10.0.0.9 port 5000", "… by 10.0.0.9:22", "for 10.0.0.9 port 5000".
_SSHD_PEER = re.compile(
    r"(?:from|by|for|with|FROM) (?:connection from )?\[?((?:[0-9]{1,3}\.){3}[0-9]{1,3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})\]?"
    r"(?:(?: port |:)(\d{1,5}))?(?![\w.])",
    re.ASCII,
)
_SSHD_ABOUT = re.compile(
    r"(?:Starting session: .{0,64}? for|subsystem request for \S{1,64} by user) (\S{1,256})"
)
_SSHD_BREAK_IN = re.compile(r"\[([0-9A-Fa-f.:]{3,45})\](?: failed)? - POSSIBLE BREAK-IN")
_REFUSED = (
    "Unable to negotiate", "ROOT LOGIN REFUSED", "Authentication refused", "penalty: failed authentication", "Authentication failure",
)  # fmt: skip
# Other programs that let people in: what failed, what succeeded; user and address by name.
_ADDRESS = r"(?P<address>[0-9A-Fa-f.:]{3,45}?)"
_OTHERS = {
    "dropbear": (
        rf"(?:(?P<failed>Bad (?:password|PAM password) attempt for|Login attempt for nonexistent user)|(?:Password|PAM password|Pubkey) "
        rf"auth succeeded for)(?: '(?P<user>[^'\n]{{0,128}})')?(?: with key \S{{1,128}} \S{{1,128}})? from {_ADDRESS}:(?P<port>\d{{1,5}})$",
    ),
    "proftpd": (
        rf"\S{{0,255}} \(\S{{0,255}}\[(?:::ffff:)?{_ADDRESS}\]\)[ :-]{{1,4}}USER (?P<user>[^\s:(]{{1,128}})(?:: Login successful"
        r"|(?P<failed> \(Login failed\)|: no such user found))",
    ),
    "pure-ftpd": (
        rf"\((?P<who>[^@\n)]{{0,128}})@{_ADDRESS}\) \[\w{{4,8}}\] (?:(?P<failed>Authentication failed for user) "
        r"\[(?P<user>[^\]\n]{0,128})\]|(?P<in>\S{1,128}) is now logged in)",
    ),
    "login": (
        r"(?P<failed>FAILED LOGIN) (?:.{0,64}? from '?(?P<address>[0-9A-Fa-f.:]{3,45})'?)?.{0,64}? FOR '?(?P<user>[^',\n]{1,128})",
        r"(?:ROOT )?LOGIN ON \S{1,64} BY (?P<user>\S{1,128})",
    ),
    "systemd-logind": (r"New session \S{1,16} of user (?P<user>[^\s.]{1,128})",),
    "hostd": (
        rf".{{0,256}}?(?P<failed>Cannot login) (?P<user>[^@\s]{{1,128}})@{_ADDRESS}(?:\s|$)",
        rf".{{0,256}}?User (?P<user>[^@\s]{{1,128}})@{_ADDRESS} logged in as",
    ),
    "doas": (r"(?P<failed>(?:failed|denied) (?:auth|command) for) (?P<user>\S{1,128})", r"(?P<user>\S{1,128}) ran command "),
}  # fmt: skip
_OTHER = {name: tuple(re.compile(one, re.ASCII) for one in patterns) for name, patterns in _OTHERS.items()}
OTHERS = frozenset(_OTHER)
"""Programs beside sshd, sudo, su and PAM whose logons are read."""
_CRONS = frozenset(("cron", "crond", "crontab", "anacron"))
_SUDO_REFUSALS = (
    "incorrect password", "NOT in sudoers", "command not allowed", "a password is required", "NOT authorized on host",
    "no tty present", "you must have a tty", "unknown user", "authentication failure", "account validation failure",
    "not permitted to", "not allowed to",
)  # fmt: skip
_SUDO_PAIR = re.compile(r"(HOST|TTY|PWD|CHROOT|USER|GROUP|TSID|ENV|COMMAND)=(.*?)(?= ; [A-Z]{2,8}=|$)")
_PAM_PAIR = re.compile(r"\b(rhost|user|ruser|tty|logname)=(\S{1,256})")
_PAM_SESSION = re.compile(
    r"session (opened|closed) for user ([^\s(]{1,256})(?:\(uid=\d{1,10}\))?(?: by ([^\s(]{0,256})(?:\(uid=\d{1,10}\))?)?"
)
_SU = re.compile(r"(?:(FAILED SU|FAILED su|BAD SU) )?\(to (\S{1,256})\) (\S{1,256}) on (\S{1,64})")
_SU_BY = re.compile(
    r"(Successful|FAILED|Authentication failed for) ?su for (\S{1,256}) by (\S{1,256})", re.IGNORECASE
)
_SU_OLD = re.compile(r"'su (\S{1,256})' (failed|succeeded) for (\S{1,256}) on (\S{1,64})")
# cron: "(root) CMD (run-parts /etc/cron.hourly)", "(an) REPLACE (an)".
_CRON = re.compile(r"\(([^)\n]{1,128})\) ([A-Z][A-Z \-]{1,24}) \((.{0,4000})\)")
_PKEXEC = re.compile(
    r"([^\s:]{1,128}): (Executing command|Error executing command as another user: Not authorized) "
    r".{0,512}?\[USER=([^\]\n]{1,128})\].{0,512}?\[COMMAND=([^\]\n]{0,2048})\]"
)
_JUNOS = re.compile(r"SSHD_LOGIN_FAILED: Login failed for user '([^'\n]{0,256})' from host '([^'\n]{1,64})'")
_NEW_USER = re.compile(r"new (user|group): name=([^\s,]{1,256})")
_ACCOUNT = re.compile(
    r"(?:delete|add|change|changed|remove|password changed for|lock|unlock)[^'\n]{0,40}? (?:user |for )?'?([a-z_][\w.\-]{0,63}\$?)'?"
)
_LOOKED_AT = 4096


def add_logon(program: str, message: str, fields: dict[str, Any]) -> None:
    """Complete the fields of a message of this program (its bare name in small letters)."""
    text = message[:_LOOKED_AT]
    if program.startswith("sshd"):
        _sshd(text, fields)
    elif program == "sudo":
        _sudo(text, fields)
    elif program in _OTHER:
        _other(program, text, fields)
    elif program == "su":
        _su(text, fields)
    elif program in _CRONS:
        _cron(text, fields)
    elif program == "pkexec":
        _pkexec(text, fields)
    elif program in (
        "useradd",
        "adduser",
        "groupadd",
        "userdel",
        "usermod",
        "groupdel",
        "passwd",
        "chpasswd",
    ):
        _account(program, text, fields)
    if "pam_" in text:
        _pam(text, fields)


def _sshd(text: str, fields: dict[str, Any]) -> None:
    if match := _JUNOS.match(text):
        fields["outcome"] = "failure"
        _who(fields, match[1], match[2], None)
    elif match := _SSHD.search(text):
        if match[1] in ("Accepted", "Failed"):
            fields["outcome"] = "success" if match[1] == "Accepted" else "failure"
        fields["auth_method"] = match[2]
        _who(fields, match[3], match[4], match[5])
    elif (match := _SSHD_INVALID.search(text)) or (match := _SSHD_MOST.search(text)):
        fields["outcome"] = "failure"
        _who(fields, match[1], match[2], match[3])
    elif match := _SSHD_DENIED.search(text) or _SSHD_PAM.search(text):
        fields["outcome"] = "failure"
        _who(fields, match[1], match[2], None)
    elif match := _SSHD_ENDED.search(text):
        fields["action"] = "disconnect"
        _who(fields, match[1], match[2] or match[4], match[3])
    elif "pam_" not in text:
        _sshd_rest(text, fields)


def _sshd_rest(text: str, fields: dict[str, Any]) -> None:
    if any(mark in text for mark in _REFUSED):
        fields["outcome"] = "failure"
    about = _SSHD_ABOUT.search(text)
    if peer := _SSHD_PEER.search(text) or _SSHD_BREAK_IN.search(text):
        _who(fields, about[1] if about else None, peer[1], peer[2] if peer.re is _SSHD_PEER else None)
    elif about:
        fields["User"] = about[1]
    if text.startswith("PAM ") and "authentication failure" in text:
        found = dict(_PAM_PAIR.findall(text))
        fields["outcome"] = "failure"
        fields.update(
            (ours, found[raw]) for raw, ours in (("user", "User"), ("rhost", "src_ip")) if raw in found
        )


def _other(program: str, text: str, fields: dict[str, Any]) -> None:
    for pattern in _OTHER[program]:
        if match := pattern.match(text):
            found = match.groupdict()
            fields["outcome"] = "failure" if found.get("failed") else "success"
            names = (("User", found.get("user") or found.get("in")), ("src_ip", found.get("address")))
            fields.update((ours, value) for ours, value in names if value)
            if found.get("port"):
                fields["src_port"] = int(found["port"])
            return


def _who(fields: dict[str, Any], user: str | None, address: str, port: str | None) -> None:
    if user is not None:
        fields["User"] = user
    fields["src_ip"] = address.rstrip(":")
    if port:
        fields["src_port"] = int(port)


def _sudo(text: str, fields: dict[str, Any]) -> None:
    user, colon, rest = text.strip().partition(" : ")
    if not colon:
        return
    fields["User"] = user
    for name, value in _SUDO_PAIR.findall(rest):
        fields.setdefault(name, value)
    if any(mark in rest[:256] for mark in _SUDO_REFUSALS):
        fields["outcome"] = "failure"
    elif rest.startswith(("TTY=", "PWD=", "HOST=")):
        fields["outcome"] = "success"
    if "COMMAND" in fields:
        fields["CommandLine"] = fields["COMMAND"]


def _cron(text: str, fields: dict[str, Any]) -> None:
    if match := _CRON.match(text):
        fields["User"], fields["action"] = match[1], match[2].strip().lower()
        if match[2] == "CMD":
            fields["CommandLine"] = match[3]
        elif "EDIT" in match[2] or match[2] in ("REPLACE", "LIST", "DELETE"):
            fields["TargetUser"] = match[3]


def _pkexec(text: str, fields: dict[str, Any]) -> None:
    if match := _PKEXEC.match(text):
        fields["User"], fields["TargetUser"], fields["CommandLine"] = match[1], match[3], match[4]
        fields["outcome"] = "success" if match[2] == "Executing command" else "failure"


def _su(text: str, fields: dict[str, Any]) -> None:
    if match := _SU.match(text):
        fields["outcome"] = "failure" if match[1] else "success"
        fields["TargetUser"], fields["User"], fields["TTY"] = match[2], match[3], match[4]
    elif match := _SU_OLD.match(text):
        fields["outcome"] = "failure" if match[2] == "failed" else "success"
        fields["TargetUser"], fields["User"], fields["TTY"] = match[1], match[3], match[4]
    elif match := _SU_BY.match(text):
        fields["outcome"] = "success" if match[1].casefold() == "successful" else "failure"
        fields["TargetUser"], fields["User"] = match[2], match[3]


def _account(program: str, text: str, fields: dict[str, Any]) -> None:
    match = _NEW_USER.match(text)
    name = match[2] if match else (found[1] if (found := _ACCOUNT.search(text)) else "")
    if name:
        fields["TargetUser"] = name
    fields["action"] = program


def _pam(text: str, fields: dict[str, Any]) -> None:
    if "authentication failure" in text:
        found = dict(_PAM_PAIR.findall(text))
        fields.setdefault("outcome", "failure")
        if "user" in found:
            fields.setdefault("User", found["user"])
        if "rhost" in found:
            fields.setdefault("src_ip", found["rhost"])
    elif match := _PAM_SESSION.search(text):
        fields.setdefault("action", "session_" + match[1])
        fields.setdefault("TargetUser" if match[3] else "User", match[2])
        if match[3]:
            fields.setdefault("User", match[3])
