from keng.formats.huawei import fields_of


def test_tag_and_pairs_become_fields() -> None:
    fields = fields_of(
        '%%01SSH/4/SSH_FAIL(s)[9]:Failed to log in through SSH. (UserName=an, IpAddress=10.0.0.9, Reason="bad one")'
    )
    assert fields is not None
    assert (fields["module"], fields["severity"], fields["brief"]) == ("SSH", 4, "SSH_FAIL")
    assert (fields["UserName"], fields["IpAddress"], fields["Reason"]) == ("an", "10.0.0.9", "bad one")


def test_comware_names_the_source_in_words() -> None:
    fields = fields_of("%%10SHELL/5/SHELL_LOGIN(l): an logged in from 10.0.0.9.")
    assert fields is not None
    assert fields["src_ip"] == "10.0.0.9"


def test_a_cisco_tag_is_none() -> None:
    assert fields_of("%SYS-5-CONFIG_I: Configured from console") is None
    assert fields_of("100%% sure") is None
