"""Rules written out."""

import pytest
import yaml

from keng.runtime.sigma_text import sigma_text, yaml_text


@pytest.mark.parametrize(
    ("text", "wild", "wanted"),
    [
        ("a*b", True, "a*b"),
        ("a*b", False, "a\\*b"),
        ("C:\\Windows", False, "C:\\Windows"),
        ("C:\\*", True, "C:\\\\*"),
        ("C:\\", False, "C:\\\\"),
        ("\\\\host", False, "\\\\\\host"),
    ],
)
def test_sigma_reads_exactly_the_text(text: str, wild: bool, wanted: str) -> None:
    assert sigma_text(text, wild) == wanted


def test_yaml_keeps_order_and_accents() -> None:
    value = {"title": "Máy lạ: “x”", "detection": {"b": [None, "", 1], "a|re": ".+"}}
    text = yaml_text(value)
    assert yaml.safe_load(text) == value
    assert "Máy lạ" in text and text.index("title") < text.index("b:") < text.index("a|re")
