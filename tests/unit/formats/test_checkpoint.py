from keng.formats.checkpoint import fields_of


def test_pairs_between_brackets_become_fields() -> None:
    fields = fields_of(r'[action:"Drop"; src:"10.0.0.5"; dst:"192.0.2.1"; rule_name:"a \"b\"; c"]')
    assert fields == {"action": "Drop", "src": "10.0.0.5", "dst": "192.0.2.1", "rule_name": 'a "b"; c'}


def test_other_brackets_are_none() -> None:
    for text in ("", "[x]", '["a"]', '[a:"b"]', "[Wed May 01 12:00:00 2024] [error] x"):
        assert fields_of(text) is None
