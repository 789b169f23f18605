import pytest

from keng.formats.application import PROGRAMS, fields_of, message_fields


@pytest.mark.parametrize(
    ("line", "language", "level", "logger"),
    [
        ("2024-05-01 12:00:00.123  INFO 1 --- [main] vn.tinh.App : started", "java", "INFO", "vn.tinh.App"),
        ("2024-05-01T12:00:00.123+07:00 ERROR 1 --- [app] [main] o.s.X : no", "java", "ERROR", "o.s.X"),
        ("2024-05-01 12:00:00,123 WARN  [http-1] vn.tinh.App - slow", "java", "WARN", "vn.tinh.App"),
        ("01-May-2024 12:00:00.123 SEVERE [main] org.x.Y.z failed", "java", "SEVERE", "org.x.Y.z"),
        ('Exception in thread "main" java.lang.OutOfMemoryError: Java heap space', "java", None, None),
        ("com.sun.jndi.ldap.SomethingException: x", "java", None, None),
        ("\tat vn.tinh.App.run(App.java:7)", "java", None, None),
        ("2024-05-01 12:00:00,123 ERROR django.request: no", "python", "ERROR", "django.request"),
        ("[2024-05-01 12:00:00,123] ERROR in app: no", "python", "ERROR", "app"),
        ("WARNING 2024-05-01 12:00:00,123 log 12 34 no", "python", "WARNING", "log"),
        ("[2024-05-01 12:00:00 +0700] [7] [CRITICAL] WORKER TIMEOUT", "python", "CRITICAL", None),
        ("psycopg2.OperationalError: could not connect", "python", None, None),
        ("W, [2024-05-01T12:00:00.123456 #7]  WARN -- rails: no", "ruby", "WARN", "rails"),
        ("ActionController::ParameterMissing (param is missing):", "ruby", None, None),
        ("    at /srv/app/x.mjs:1:2", "node", None, None),
        ("Uncaught TypeError: x is not a function", "node", None, None),
    ],
)
def test_each_language_is_told_by_what_its_loggers_print(
    line: str, language: str, level: str | None, logger: str | None
) -> None:
    fields = fields_of(line)
    assert fields is not None
    assert (fields["language"], fields.get("level"), fields.get("logger")) == (language, level, logger)
    assert fields["message"] == line


@pytest.mark.parametrize(
    "line", ["", "Error: x", "at home", "2024-05-01 12:00:00.123 host prog: ERROR", "File x", "plain words"]
)
def test_other_lines_are_left_alone(line: str) -> None:
    assert fields_of(line) is None


def test_whatever_a_known_program_writes_is_its_language_s() -> None:
    assert message_fields("tomcat9", "hello") == {"language": "java", "message": "hello"}
    assert message_fields("bash", "java.lang.IllegalStateException: x") is None
    assert {"java", "gunicorn", "puma", "node"} <= PROGRAMS
