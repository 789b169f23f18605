import typing

import msgspec
import pytest

from keng.demo.actions import ACTIONS_OF_KIND, Action, AnyAction, Process


def test_every_action_can_be_logged_by_some_kind_of_machine() -> None:
    loggable = {kind for kinds in ACTIONS_OF_KIND.values() for kind in kinds}
    assert set(typing.get_args(AnyAction)) == loggable


def test_an_action_is_read_by_its_event_name() -> None:
    read: Action = msgspec.convert({"event": "process", "image": "a.exe"}, AnyAction)
    assert read == Process(image="a.exe")


def test_a_misspelt_parameter_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="comand"):
        msgspec.convert({"event": "process", "image": "a.exe", "comand": "x"}, AnyAction)
