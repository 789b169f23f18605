"""The registry is complete and unambiguous."""

from keng.formats.registry import BY_NAME, FORMATS


def test_names_are_unique() -> None:
    assert len(BY_NAME) == len(FORMATS)


def test_no_format_claims_nothing_or_noise() -> None:
    for each in FORMATS:
        assert not each.recognises(b"")
        assert not each.recognises(b"lorem ipsum dolor sit amet\n" * 50)
        assert not each.recognises(bytes(range(256)) * 8)
