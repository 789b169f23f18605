"""Indicators, without the victim."""

import msgspec
import pytest

from keng.bulletins.indicators import MAX_INDICATORS, defang, indicators, shown
from keng.model.alert import Alert, Sample
from keng.model.bulletin import Indicator


def test_indicators_are_taken_and_what_names_the_victim_is_left_out(alert: Alert) -> None:
    assert indicators([alert, alert]) == (
        Indicator("domain", "update.evil-cdn.top"),
        Indicator("file", "evil-tool.exe"),
        Indicator("hash", "0" * 32),
        Indicator("hash", "ab" * 32),
        Indicator("ip", "185.220.101.4"),
        Indicator("url", "http://evil-cdn.top/a.ps1"),
    )


def test_their_number_is_bounded_and_nonsense_does_no_harm(alert: Alert) -> None:
    many = tuple(
        Sample(str(n), 0, {"DestinationIp": f"8.8.{n}.{m}", "url": "http://[::x/", "query": "a" * 999 + "."})
        for n in range(20)
        for m in range(9)
    )
    assert len(indicators([msgspec.structs.replace(alert, samples=many)])) == MAX_INDICATORS


@pytest.mark.parametrize(
    ("value", "safe"),
    [
        ("http://a.b/c", "hxxp://a[.]b/c"),
        ("HTTPS://A.b", "hxxps://A[.]b"),
        ("1.2.3.4", "1[.]2[.]3[.]4"),
        ("a@b.vn", "a[@]b[.]vn"),
        ("hxxp://a[.]b", "hxxp://a[.]b"),
    ],
)
def test_addresses_are_defanged_once(value: str, safe: str) -> None:
    assert defang(value) == safe == defang(safe)
    assert shown(Indicator("url", value)) == safe
    assert shown(Indicator("file", "a.exe")) == "a.exe"
