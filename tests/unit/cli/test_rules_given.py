"""Rules by file, id, name or title; what is not there is named."""

from pathlib import Path

import pytest
import typer
from tests.unit.cli.rules_files import RULE_ID, rule_file

from keng.cli.rules_given import chosen_rules, one_event, one_rule, rules_in_use


def test_a_rule_is_found_by_file_and_by_id_or_title(tmp_path: Path) -> None:
    assert one_rule(rule_file(tmp_path), tmp_path).info.id == RULE_ID
    known = rules_in_use(tmp_path).rules[0]
    assert one_rule(known.info.id.upper(), tmp_path) == known
    assert chosen_rules(known.info.title, tmp_path).rules[0] == known


@pytest.mark.parametrize("name", ["no such rule", "11111111-2222-4222-8222-222222222222"])
def test_what_is_not_there_ends_with_one(name: str, tmp_path: Path) -> None:
    with pytest.raises(typer.Exit):
        chosen_rules(name, tmp_path)
    with pytest.raises(typer.Exit):
        one_event("no-file.json", tmp_path)
