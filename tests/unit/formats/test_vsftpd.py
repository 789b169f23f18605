from keng.formats.vsftpd import fields_of, message_fields

STAMP = "Wed May  1 12:00:00 2024 "


def test_a_failed_logon_names_who_and_whence() -> None:
    fields = fields_of(STAMP + '[pid 7] [an] FAIL LOGIN: Client "::ffff:10.0.0.9"')
    assert fields is not None
    assert (fields["user"], fields["src_ip"], fields["action"], fields["outcome"]) == (
        "an",
        "10.0.0.9",
        "login",
        "failure",
    )


def test_a_file_names_its_path() -> None:
    fields = message_fields('[an] OK UPLOAD: Client "10.0.0.9", "/a b.php", 12 bytes, 1.00Kbyte/sec')
    assert fields is not None
    assert (fields["path"], fields["outcome"]) == ("/a b.php", "success")


def test_other_lines_are_none() -> None:
    assert fields_of(STAMP + "us=1 10.0.0.1:1194 TLS Error") is None
    assert message_fields("listening") is None
