from keng.formats.juniper import message_fields


def test_a_flow_gives_its_ends() -> None:
    fields = message_fields(
        "RT_FLOW",
        "RT_FLOW_SESSION_DENY: session denied 10.0.0.5/5000->192.0.2.1/22 0x0 junos-ssh 6(0) deny-all",
    )
    assert fields is not None
    assert (fields["src_ip"], fields["dst_port"], fields["action"]) == ("10.0.0.5", 22, "deny")
    assert (fields["service"], fields["protocol"], fields["tag"]) == (
        "junos-ssh",
        "6",
        "RT_FLOW_SESSION_DENY",
    )


def test_a_command_gives_its_user() -> None:
    fields = message_fields("mgd", "UI_CMDLINE_READ_LINE: User 'an', command 'show version '")
    assert fields is not None
    assert (fields["user"], fields["command"]) == ("an", "show version")


def test_linux_kernel_messages_are_not_junos() -> None:
    assert message_fields("kernel", "usb 1-1: new device") is None
    assert message_fields("kernel", "tcp_auth_ok: Packet from 10.0.0.1:179 missing MD5 digest") is not None
    assert message_fields("sshd", "Accepted") is None
