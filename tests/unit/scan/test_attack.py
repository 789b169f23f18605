"""Tactics in a rule's tags."""

from keng.scan.attack import TACTICS, tactics_of


def test_old_and_new_names_and_spellings() -> None:
    tags = (
        "attack.defense-evasion",
        "attack.stealth",
        "attack.Credential_Access",
        "attack.t1003",
        "cve.2024.1",
        "attack.stealth",
    )
    assert tactics_of(tags) == ["defense-evasion", "stealth", "credential-access"]
    assert len(set(TACTICS)) == len(TACTICS)
