"""The header that all shapes share."""

from keng.normalise.windows_system import SYSMON_CHANNEL, finish, keywords_hex, leaves, level_number


def test_levels_and_keywords_are_written_as_windows_does() -> None:
    assert level_number("Error") == 2 and level_number("information") == 4 and level_number(3) == 3
    assert keywords_hex(-9187343239835811840) == "0x8080000000000000"
    assert keywords_hex(["Audit Failure"]) == "0x8010000000000000"
    assert keywords_hex("0x10") == "0x10" and keywords_hex(["Classic"]) == ["Classic"]


def test_a_rendered_sysmon_message_stands_in_for_data_that_a_shipper_dropped() -> None:
    message = "Process Create:\r\nUtcTime: 2024-05-01 05:00:00.000\r\nImage: C:\\a.exe\r\nCommandLine: a: b"
    parts = finish({"EventID": "1", "Channel": SYSMON_CHANNEL, "Message": message})
    assert (parts.fields["Image"], parts.fields["CommandLine"]) == ("C:\\a.exe", "a: b")
    assert parts.logsource.categories == ("process_creation",) and parts.fields["EventID"] == 1


def test_unnamed_data_is_data() -> None:
    parts = finish({"EventID": 400, "Channel": "Windows PowerShell", "Message": "HostApplication=x"})
    assert parts.fields["Data"] == "HostApplication=x"
    parts = finish({"EventID": 1, "Channel": "Application", "Message": "m", "param1": "a", "param2": "b"})
    assert parts.fields["Data"] == ["a", "b"]


def test_named_data_keeps_the_message_a_message() -> None:
    assert "Data" not in finish({"EventID": 1, "Channel": "Security", "Message": "m", "Name": "x"}).fields


def test_leaves_keep_the_first() -> None:
    assert leaves({"a": {"b": 1}, "b": 2, "c": [1]}, {}) == {"b": 1, "c": [1]}
