import pytest

from keng.normalise.antivirus import antivirus_parts, symantec_fields


@pytest.mark.parametrize(
    ("uri", "path"), [("file:///C:/a/b.exe", "C:\\a\\b.exe"), ("file:///srv/a", "/srv/a"), ("C:\\a", "C:\\a")]
)
def test_a_file_is_named_by_its_path(uri: str, path: str) -> None:
    found = antivirus_parts({"threat_name": "EICAR", "object_uri": uri, "hostname": "pc7"})
    assert (found.fields["Filename"], found.fields["Signature"], found.host) == (path, "EICAR", "pc7")
    assert found.logsource.categories == ("antivirus",)


def test_a_name_in_a_sentence_is_found_where_no_field_has_it() -> None:
    found = antivirus_parts({"name": "Malware detected: 'EICAR' at 'C:\\a.exe'"}).fields
    assert (found["Signature"], found["Filename"]) == ("EICAR", "C:\\a.exe")


def test_symantecs_other_messages_are_no_findings() -> None:
    assert symantec_fields("Site: x,Server: y,Domain: z") is None
    found = symantec_fields("Virus found,Risk name: EICAR,File path: C:\\a.exe,User: an")
    assert found == {"Signature": "EICAR", "Filename": "C:\\a.exe", "User": "an"}
