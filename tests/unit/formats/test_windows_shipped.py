from typing import Any

import pytest

from keng.formats.windows_shipped import gelf, raw_xml, windows_of

XML = "<Event><System><EventID>1</EventID></System></Event>"


def wazuh(**data: Any) -> dict[str, Any]:
    return {"data": {"win": {"system": {"eventID": "1", "channel": "Security"}, "eventdata": data}}}


def test_wazuh_names_get_their_first_letter_back() -> None:
    found = windows_of(wazuh(targetUserName="an"))
    assert found == {"EventID": "1", "Channel": "Security", "TargetUserName": "an"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("C:\\\\a\\\\b.exe", "C:\\a\\b.exe"),
        ("\\\\\\\\srv\\\\share", "\\\\srv\\share"),
        ("C:\\a\\b.exe", "C:\\a\\b.exe"),
    ],
)
def test_wazuh_doubles_backslashes_and_older_versions_do_not(written: str, meant: str) -> None:
    found = windows_of(wazuh(image=written))
    assert found is not None
    assert found["Image"] == meant


def test_the_fields_of_gelf_lose_their_underscore_and_never_replace_the_host() -> None:
    found = gelf({"version": "1.1", "host": "pc7", "short_message": "m", "_own": 1, "_": 2})
    assert found == {"own": 1, "host": "pc7", "message": "m"}


def test_a_time_beyond_all_calendars_is_no_time() -> None:
    found = windows_of(
        {
            "version": "1.1",
            "host": "h",
            "short_message": "m",
            "timestamp": 1e300,
            "_EventID": 1,
            "_Channel": "c",
        }
    )
    assert found is not None
    assert found["TimeCreated"] is None


def test_data_of_log_analytics_come_out_of_their_xml() -> None:
    found = windows_of(
        {
            "EventLog": "Application",
            "Source": "x",
            "EventID": 5,
            "EventData": "<DataItem><EventData><Data Name='A'>1 &amp; 2</Data></EventData></DataItem>",
            "ParameterXml": "<Param>p</Param>",
        }
    )
    assert found is not None
    assert (found["A"], found["Data"]) == ("1 & 2", ["p"])


def test_only_event_xml_is_taken_out_of_diagnostics() -> None:
    assert raw_xml({"properties": {"RawXml": XML}}) == XML
    assert raw_xml({"properties": {"RawXml": "<html>"}}) == ""
    assert raw_xml({"properties": None}) == ""


@pytest.mark.parametrize(
    "value", [{}, {"data": {"win": 1}}, {"win": {"system": 1}}, {"event_id": 1, "channel": 2}]
)
def test_other_objects_are_none_of_these(value: dict[str, Any]) -> None:
    assert windows_of(value) is None
