import pytest

from keng.model.event import LogSource
from keng.normalise.application import application_json_parts, application_parts

APP = ("application",)


@pytest.mark.parametrize(
    ("own", "source"),
    [
        ({"language": "java", "message": "x"}, LogSource("jvm", "", APP)),
        ({"language": "java", "logger": "o.s.web.X", "message": "x"}, LogSource("jvm", "spring", APP)),
        ({"language": "java", "message": "org.apache.Velocity: y"}, LogSource("jvm", "velocity", APP)),
        ({"language": "python", "message": "django.core: y"}, LogSource("python", "django", APP)),
        ({"language": "ruby", "message": "x"}, LogSource("ruby_on_rails", "", APP)),
        ({"language": "node", "message": "x"}, LogSource("nodejs", "", APP)),
    ],
)
def test_product_is_the_language_s_and_service_the_framework_s(
    own: dict[str, str], source: LogSource
) -> None:
    assert application_parts(own).logsource == source


def test_json_loggers_are_told_by_their_keys() -> None:
    pino = application_json_parts({"level": 50, "time": 1714564800123, "pid": 1, "hostname": "h", "msg": "x"})
    assert (pino.logsource.product, pino.host, pino.time_us) == ("nodejs", "h", 1_714_564_800_123_000)
    assert application_json_parts({"levelname": "ERROR", "message": "x"}).logsource.product == "python"
    assert application_json_parts({"logger_name": "x", "thread_name": "y"}).logsource.product == "jvm"
