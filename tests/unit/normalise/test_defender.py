import pytest

from keng.normalise.defender import defender_parts


def test_a_process_has_its_user_and_hashes_as_sysmon_writes_them() -> None:
    fields, source, _time, host = defender_parts(
        {
            "ActionType": "ProcessCreated", "DeviceName": "pc7", "FolderPath": "C:\\a\\b.exe", "FileName": "b.exe",
            "AccountDomain": "tinh", "AccountName": "an", "SHA1": "1", "MD5": "2", "InitiatingProcessAccountName": "system",
        }
    )  # fmt: skip
    assert (fields["User"], fields["Hashes"], fields["Image"]) == ("tinh\\an", "SHA1=1,MD5=2", "C:\\a\\b.exe")
    assert (source.product, source.categories, host) == ("windows", ("process_creation",), "pc7")


def test_a_folder_without_its_file_becomes_a_path() -> None:
    row = {
        "ActionType": "ImageLoaded",
        "FolderPath": "C:\\x.dll",
        "InitiatingProcessFolderPath": "C:\\w",
        "InitiatingProcessFileName": "a.exe",
    }
    assert defender_parts(row).fields["Image"] == "C:\\w\\a.exe"


@pytest.mark.parametrize(
    ("kind", "data", "details"),
    [
        ("Dword", "1", "DWORD (0x00000001)"),
        ("Qword", "4294967297", "QWORD (0x00000001-0x00000001)"),
        ("String", "1", "1"),
        ("Dword", "x", "x"),
    ],
)
def test_values_of_the_registry_look_as_in_sysmon(kind: str, data: str, details: str) -> None:
    row = {
        "ActionType": "RegistryValueSet",
        "RegistryKey": "HKEY_USERS\\S-1",
        "RegistryValueName": "v",
        "RegistryValueType": kind,
        "RegistryValueData": data,
    }
    fields = defender_parts(row).fields
    assert (fields["Details"], fields["TargetObject"], fields["EventType"]) == (
        details,
        "HKU\\S-1\\v",
        "SetValue",
    )


def test_who_began_an_inbound_connection_is_its_source() -> None:
    row = {
        "ActionType": "InboundConnectionAccepted",
        "RemoteIP": "10.0.0.9",
        "LocalIP": "10.0.0.1",
        "LocalPort": 445,
        "Protocol": "Tcp",
    }
    fields = defender_parts(row).fields
    assert (fields["SourceIp"], fields["DestinationPort"], fields["Initiated"]) == ("10.0.0.9", 445, "false")


@pytest.mark.parametrize("more", ["{", "[]", 7, None, {"a": {"b": 1}}])
def test_additional_fields_that_are_no_object_do_no_harm(more: object) -> None:
    assert defender_parts(
        {"ActionType": "NamedPipeEvent", "AdditionalFields": more}
    ).logsource.categories == ("pipe_created",)
