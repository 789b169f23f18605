from keng.formats.clamav import fields_of, message_fields


def test_a_finding_names_path_and_signature() -> None:
    fields = fields_of("Wed May  1 12:00:00 2024 -> /srv/a: b.exe: Win.Test.EICAR_HDB-1 FOUND")
    assert fields is not None
    assert (fields["path"], fields["signature"]) == ("/srv/a: b.exe", "Win.Test.EICAR_HDB-1")


def test_the_hash_is_kept() -> None:
    fields = message_fields("/a: X.Y-1(44d88612fea8a8f36de82e1278abb02f:68) FOUND")
    assert fields is not None
    assert fields["hash"] == "44d88612fea8a8f36de82e1278abb02f"


def test_other_lines() -> None:
    assert fields_of("Wed May  1 12:00:00 2024 -> SelfCheck: Database status OK.") is not None
    assert fields_of("Wed May  1 12:00:00 2024 -> hello") is None
    assert fields_of("LOST AND FOUND") is None
