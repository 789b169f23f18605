"""Which passwords may be chosen, and how they are kept."""

import pytest
from argon2 import PasswordHasher

from keng.auth.passwords import (
    check_password,
    generate_password,
    hash_password,
    needs_rehash,
    verify_password,
)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "ngắn",
        "x" * 257,
        "password1234!",
        "MatKhau@2026!!",
        "123456789012",
        "aaaaaaaaaaaa",
        "admin1234567",
        "Nguyen.An123456",
    ],
)
def test_short_long_and_common_passwords_are_refused(password: str) -> None:
    assert check_password(password, "nguyen.an", "") is not None


@pytest.mark.parametrize("password", ["kẻng đình làng 1945", "correct horse battery", "Tr0ng-d0ng-Ng0c-Lu"])
def test_long_uncommon_passwords_are_taken(password: str) -> None:
    assert check_password(password, "nguyen.an") is None


def test_a_hash_is_argon2id_and_salted_and_fits_only_its_password() -> None:
    one, two = hash_password("kẻng đình làng 1945"), hash_password("kẻng đình làng 1945")
    assert one.startswith("$argon2id$") and one != two
    assert verify_password("kẻng đình làng 1945", one)
    assert not verify_password("kẻng đình làng 1946", one)
    assert not verify_password("kẻng đình làng 1945", "no hash")
    assert not verify_password("x" * 10_000_000, one)


def test_hashes_of_older_parameters_are_recognised() -> None:
    assert needs_rehash(PasswordHasher(time_cost=1, memory_cost=64).hash("x"))
    assert not needs_rehash(hash_password("x"))


def test_generated_passwords_are_allowed_and_differ() -> None:
    made = {generate_password() for _ in range(50)}
    assert len(made) == 50 and all(check_password(one) is None for one in made)
