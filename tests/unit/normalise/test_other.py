import pytest

from keng.normalise.other import other_parts


def test_usual_names_give_time_user_address_and_host() -> None:
    found = other_parts(
        {
            "created_at": "2026-11-24T03:11:12Z",
            "user": {"name": "an"},
            "client_ip": "10.0.0.7",
            "hostname": "h",
        }
    )
    assert found.time_us == 1_795_489_872_000_000
    assert (found.fields["User"], found.fields["src_ip"], found.host) == ("an", "10.0.0.7", "h")
    assert found.logsource == ("", "", ())


@pytest.mark.parametrize("value", [None, [], {}, True, "", "soon", -5])
def test_odd_times_are_none(value: object) -> None:
    assert other_parts({"time": value}).time_us == 0


def test_names_that_are_there_stay() -> None:
    assert other_parts({"src_ip": "10.0.0.1", "client_ip": "10.0.0.2"}).fields["src_ip"] == "10.0.0.1"
