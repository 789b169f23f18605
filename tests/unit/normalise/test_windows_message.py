from keng.normalise.windows_message import data_of_message

LINES = (
    "An account failed to log on.\r\n\r\nSubject:\r\n\tSecurity ID:\t\tS-1-0-0\r\n\tAccount Name:\t\t-\r\n\r\n"
    "Account For Which Logon Failed:\r\n\tAccount Name:\t\tan\r\n\r\nNetwork Information:\r\n"
    "\tSource Network Address:\t198.51.100.7\r\n\tSource Port:\t\t40111\r\n"
)


def test_one_label_means_two_things_in_two_parts() -> None:
    found = data_of_message(LINES)
    assert (found["SubjectUserName"], found["TargetUserName"]) == ("-", "an")
    assert (found["IpAddress"], found["IpPort"]) == ("198.51.100.7", "40111")


def test_all_in_one_line_says_the_same() -> None:
    single = LINES.replace("\r\n", "  ").replace("\t", " ")
    assert data_of_message(single) == data_of_message(LINES)


def test_blanks_inside_a_command_line_stay() -> None:
    assert data_of_message("x\r\n\tProcess Command Line:\ta  b\r\n\r\ny")["CommandLine"] == "a  b"


def test_a_text_in_another_language_says_nothing() -> None:
    assert data_of_message("Không đăng nhập được.\r\n\tTên tài khoản:\tan") == {}
