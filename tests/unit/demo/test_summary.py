"""The summary is one line of JSON for machines."""

import json

import pytest
from rich.console import Console

from keng.demo.screen import Screen
from keng.demo.summary import Summary, tell_summary

SUMMARY = Summary(9.5, 10, 0, 0, 10, 9, 0, 0, 0, 0.5, 2.0, {"high": 2}, ["r"], "SC-1", "CB-1", True, 2, 1, "")


def test_as_json_it_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    tell_summary(SUMMARY, Screen(Console(stderr=True)), as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["stored"], told["alerts"], told["warning"]) == (9, {"high": 2}, "CB-1")


def test_for_people_it_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    tell_summary(SUMMARY, Screen(Console()), as_json=False)
    assert "10" in capsys.readouterr().out
