from keng.demo.wire.images import base_name, hashes, version_resource


def test_well_known_programs_keep_their_original_name() -> None:
    assert version_resource("C:\\Windows\\System32\\cmd.exe")["OriginalFileName"] == "Cmd.Exe"
    assert version_resource("C:\\Temp\\rclone.exe")["Company"] == "https://rclone.org"


def test_a_program_from_nowhere_has_no_version_resource() -> None:
    assert set(version_resource("C:\\ProgramData\\capnhat.exe").values()) == {"-"}


def test_hashes_belong_to_the_image() -> None:
    assert hashes("C:\\a.exe") == hashes("c:\\A.exe")
    assert hashes("C:\\a.exe") != hashes("C:\\b.exe")


def test_the_base_name_is_lower_case() -> None:
    assert base_name("C:\\X\\Word.EXE") == "word.exe"
