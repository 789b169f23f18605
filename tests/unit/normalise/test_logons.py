import pytest

from keng.normalise.logons import add_logon


def fields(program: str, message: str) -> dict[str, object]:
    found: dict[str, object] = {}
    add_logon(program, message, found)
    return found


@pytest.mark.parametrize(
    ("message", "outcome", "user", "address", "port"),
    [
        ("Accepted password for an from 10.0.0.9 port 50 ssh2", "success", "an", "10.0.0.9", 50),
        ("Failed password for invalid user a b from 2001:db8::1 port 5 ssh2", "failure", "a b", "2001:db8::1", 5),
        ("Failed none for invalid user  from 10.0.0.9 port 50 ssh2", "failure", "", "10.0.0.9", 50),
        ("Postponed publickey for an from 10.0.0.9 port 50 ssh2 [preauth]", None, "an", "10.0.0.9", 50),
        ("Invalid user x from 10.0.0.9 port 50", "failure", "x", "10.0.0.9", 50),
        ("error: maximum authentication attempts exceeded for invalid user x from 10.0.0.9 port 50 ssh2 [preauth]", "failure", "x", "10.0.0.9", 50),
        ("User root from 10.0.0.9 not allowed because not listed in AllowUsers", "failure", "root", "10.0.0.9", None),
        ("error: PAM: Authentication failure for illegal user x from 10.0.0.9", "failure", "x", "10.0.0.9", None),
        ("Connection closed by authenticating user root 10.0.0.9 port 50 [preauth]", None, "root", "10.0.0.9", 50),
        ("Connection reset by invalid user x 10.0.0.9 port 50 [preauth]", None, "x", "10.0.0.9", 50),
        ("Disconnected from user an 10.0.0.9 port 50", None, "an", "10.0.0.9", 50),
        ("Received disconnect from 10.0.0.9 port 50:11: disconnected by user", None, None, "10.0.0.9", 50),
        ("Received disconnect from 10.0.0.9: 11: Bye Bye", None, None, "10.0.0.9", None),
        ("Server listening on 0.0.0.0 port 22.", None, None, None, None),
    ],
)  # fmt: skip
def test_sshd_says_who_whence_and_how_it_ended(
    message: str, outcome: str | None, user: str | None, address: str | None, port: int | None
) -> None:
    found = fields("sshd", message)
    assert (found.get("outcome"), found.get("User"), found.get("src_ip"), found.get("src_port")) == (
        outcome,
        user,
        address,
        port,
    )


def test_sudo_tells_a_command_that_ran_from_one_that_was_refused() -> None:
    ran = fields("sudo", " an : TTY=pts/0 ; PWD=/home/an ; USER=root ; COMMAND=/bin/id")
    assert (ran["User"], ran["USER"], ran["CommandLine"], ran["outcome"]) == (
        "an",
        "root",
        "/bin/id",
        "success",
    )
    for why in ("3 incorrect password attempts", "user NOT in sudoers", "command not allowed"):
        refused = fields("sudo", f"an : {why} ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/id")
        assert (refused["outcome"], refused["COMMAND"]) == ("failure", "/bin/id")


def test_su_names_both_users() -> None:
    assert fields("su", "(to root) an on pts/1") == {
        "outcome": "success", "TargetUser": "root", "User": "an", "TTY": "pts/1",
    }  # fmt: skip
    assert fields("su", "FAILED SU (to root) an on pts/1")["outcome"] == "failure"
    assert fields("su", "Successful su for root by an")["outcome"] == "success"
    old = fields("su", "'su root' failed for an on /dev/pts/8")
    assert (old["User"], old["TargetUser"], old["outcome"]) == ("an", "root", "failure")


def test_pam_sessions_and_failures() -> None:
    opened = fields("sshd", "pam_unix(sshd:session): session opened for user an(uid=1000) by (uid=0)")
    assert (opened["User"], opened["action"]) == ("an", "session_opened")
    by = fields("sudo", "pam_unix(sudo:session): session opened for user root(uid=0) by an(uid=1000)")
    assert (by["User"], by["TargetUser"]) == ("an", "root")
    failed = fields(
        "su",
        "pam_unix(su:auth): authentication failure; logname=an uid=1000 tty=/dev/pts/1 ruser=an rhost=  user=root",
    )
    assert (failed["outcome"], failed["User"]) == ("failure", "root")


def test_accounts_that_are_made_and_changed() -> None:
    made = fields(
        "useradd", "new user: name=x, UID=1001, GID=1001, home=/home/x, shell=/bin/bash, from=/dev/pts/0"
    )
    assert (made["TargetUser"], made["action"]) == ("x", "useradd")
    assert fields("userdel", "delete user 'x'")["TargetUser"] == "x"
    assert fields("usermod", "add 'x' to group 'sudo'")["TargetUser"] == "x"
    assert fields("passwd", "pam_unix(passwd:chauthtok): password changed for x")["TargetUser"] == "x"
