"""The Sigma names of an HTTP request."""

import pytest

from keng.normalise.http import add_agent, add_uri


@pytest.mark.parametrize(
    ("uri", "host", "expected"),
    [
        (
            "/a/b.php?x=1&y=/z?q",
            "",
            {
                "cs-uri-stem": "/a/b.php",
                "cs-uri-query": "x=1&y=/z?q",
                "c-uri": "/a/b.php?x=1&y=/z?q",
                "c-uri-extension": "php",
            },
        ),
        ("/a?", "h.example", {"c-uri": "http://h.example/a?", "cs-uri-stem": "/a", "cs-uri-query": ""}),
        (
            "http://h.example/x.7z",
            "",
            {"c-uri": "http://h.example/x.7z", "cs-uri-stem": "/x.7z", "c-uri-extension": "7z"},
        ),
        ("https://h.example", "h.example", {"cs-uri-stem": "/"}),
        ("h.example:443", "h.example:443", {"c-uri": "h.example:443", "cs-uri-stem": "h.example:443"}),
    ],
)
def test_a_uri_is_split_and_absolute_where_the_host_is_known(
    uri: str, host: str, expected: dict[str, str]
) -> None:
    fields: dict[str, object] = {}
    add_uri(fields, uri, host)
    assert {name: fields.get(name) for name in expected} == expected
    assert fields["cs-uri"] == uri


def test_the_agent_has_both_names() -> None:
    fields: dict[str, object] = {}
    add_agent(fields, None)
    assert fields == {}
    add_agent(fields, "curl/8")
    assert fields == {"cs-user-agent": "curl/8", "c-useragent": "curl/8"}
