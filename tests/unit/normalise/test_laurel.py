from keng.normalise.laurel import laurel_parts


def test_arguments_stand_before_the_registers_of_the_call() -> None:
    record = {
        "ID": "1795489872.5:7",
        "EXECVE": {"ARGV": ["curl", "x"]},
        "SYSCALL": {"a0": "0x55", "a1": "0x56", "exe": "/usr/bin/curl"},
    }
    fields, source, time_us, _host = laurel_parts(record)
    assert (fields["a0"], fields["a1"], fields["Image"]) == ("curl", "x", "/usr/bin/curl")
    assert source.categories == ("process_creation",)
    assert time_us == 1_795_489_872_500_000


def test_a_created_file_is_absolute() -> None:
    record = {"ID": "1.0:1", "CWD": {"cwd": "/etc/"}, "PATH": [{"name": "x", "nametype": "CREATE"}]}
    fields, source, _time, _host = laurel_parts(record)
    assert (fields["TargetFilename"], source.categories) == ("/etc/x", ("file_event",))


def test_the_text_form_of_arguments_is_read() -> None:
    assert laurel_parts({"ID": "1.0:1", "EXECVE": {"ARGV_STR": "a b"}}).fields["CommandLine"] == "a b"


def test_odd_parts_do_no_harm() -> None:
    record = {
        "ID": "x",
        "EXECVE": [1],
        "SOCKADDR": "y",
        "PATH": [7],
        "PARENT_INFO": 3,
        "SYSCALL": {"SYSCALL": None},
    }
    assert laurel_parts(record).time_us == 0
