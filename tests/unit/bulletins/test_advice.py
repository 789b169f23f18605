"""What to do."""

from keng.bulletins.advice import TACTICS, last_steps, steps, tactics_of
from keng.i18n import using


def test_tactics_come_in_the_order_of_an_attack_in_old_and_new_names() -> None:
    tags = ("attack.impact", "attack.t1490", "attack.initial_access", "attack.defense-evasion", "cve.2024-1")
    assert tactics_of(tags) == ("initial-access", "stealth", "defense-impairment", "impact")
    assert tactics_of(()) == ()


def test_every_step_is_there_in_both_languages() -> None:
    for tactic in TACTICS:
        with using("vi"):
            vietnamese = steps([tactic])
        english = steps([tactic])
        assert len(english) == len(vietnamese) > 0
        assert not set(english) & set(vietnamese)
    assert len(last_steps()) == 2
