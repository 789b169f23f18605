"""Commonness: an order, nothing more."""

from keng.detect.sigma.commonness import share


def test_common_literals_cost_more_than_rare_ones() -> None:
    assert share("Image", "ends", r"\svchost.exe") > share("Image", "ends", r"\mimikatz.exe")
    assert share("CommandLine", "contains", " ") > share("CommandLine", "contains", " -encodedcommand ")
    assert share("f", "contains", "ab") > share("f", "contains", "abcdefgh")
    assert 0 < share("f", "regex", "a+") < 1


def test_what_every_log_says_costs_most_even_in_full() -> None:
    assert share("cs-method", "exact", "get") > share("cs-method", "exact", "propfind")
    assert share("LogonType", "number", "3") > share("LogonType", "number", "9")
    assert share("f", "regex", "[a-z]:") > share("f", "regex", "mimikatz[0-9]+")
