"""Passwords: argon2id, at least 12 characters, none that everybody tries first."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from keng.i18n import _
from keng.model.rejected import Rejected

MIN_LENGTH = 12
MAX_LENGTH = 256

# RFC 9106, second recommended option: 64 MiB, 3 passes, 4 lanes.
_hasher = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4)

# Stems that guessing begins with; a password that is a stem with digits or signs around it is refused.
_STEMS = frozenset(
    {
        "", "abc", "admin", "administrator", "adminadmin", "anninhmang", "changeme", "congan", "letmein",
        "login", "matkhau", "matkhaumatkhau", "iloveyou", "anhyeuem", "emyeuanh", "keng", "monkey", "pass",
        "passw0rd", "password", "passwordpassword", "p@ssw0rd", "qwerty", "qwertyuiop", "quantri", "root",
        "secret", "student", "test", "user", "vietnam", "vietnamvietnam", "welcome", "xinchao", "hanoi",
        "saigon", "dragon", "sunshine", "princess", "football", "bongda", "khongbiet", "asdfghjkl", "zxcvbnm",
        "abcdefghijkl", "qwertyasdfgh", "qazwsxedc", "qazwsx", "1q2w3e4r5t6y", "administrator1",
    }
)  # fmt: skip
_AFFIXES = "0123456789!@#$%^&*()-_=+.,;:?/ "
_MIN_DISTINCT = 5
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def check_password(password: str, *about: str) -> Rejected | None:
    """Whether the password may be chosen; `about`: names of the account, which it must not repeat."""
    if len(password) < MIN_LENGTH:
        return Rejected(_("the password is too short: use at least 12 characters"), "password")
    if len(password) > MAX_LENGTH:
        return Rejected(_("the password is too long: use at most 256 characters"), "password")
    lower = password.lower()
    stem = lower.strip(_AFFIXES)
    names = {part.lower() for part in about if part}
    if len(set(lower)) < _MIN_DISTINCT or stem in _STEMS or lower in _STEMS or stem in names:
        return Rejected(
            _("the password is easy to guess: use several words that do not belong together"), "password"
        )
    return None


def hash_password(password: str) -> str:
    """The argon2id hash, with its salt and parameters. Takes about 50 ms of one core and 64 MiB."""
    return _hasher.hash(password)


def verify_password(password: str, stored: str) -> bool:
    """Whether the password is the one that was hashed; False for a broken hash."""
    if len(password) > MAX_LENGTH:
        return False
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with older parameters."""
    return _hasher.check_needs_rehash(stored)


def spend_time(password: str) -> None:
    """Take as long as a verification: an unknown account must not answer faster than a known one."""
    verify_password(password, _NOBODY)


def generate_password() -> str:
    """A random password of four groups of five characters (99 bits), without look-alikes."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))


_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43
