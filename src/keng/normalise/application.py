"""Application logs to Sigma's category application: product by language, service by the framework that speaks.

java → jvm (velocity, spring as services)   python → python (django)   ruby → ruby_on_rails   node → nodejs
In a server's syslog the product is linux and the service is the language or framework; the engine shows each event to
the rules of all that it belongs to (`detect.sigma.plan.WIDER`).
"""

from typing import Any

from keng.model.event import LogSource
from keng.normalise.clock import device_us
from keng.normalise.flatten import flatten
from keng.normalise.parts import Parts
from keng.normalise.when import epoch_us

_CATEGORY = ("application",)
_PRODUCTS = {"java": "jvm", "python": "python", "ruby": "ruby_on_rails", "node": "nodejs"}
# In the order of narrowness; found anywhere in the entry, without case.
_SIGNS: dict[str, tuple[tuple[str, str], ...]] = {
    "java": (("velocity", "velocity"), ("springframework", "spring"), ("o.s.", "spring")),
    "python": (("django", "django"),),
}
_NAMES = (
    "logger_name",
    "loggerName",
    "logger",
    "name",
    "message",
    "msg",
    "stack_trace",
    "stack",
    "exception",
    "exc_info",
)


def application_parts(own: dict[str, Any]) -> Parts:
    """One line."""
    language = str(own.get("language", ""))
    source = _source(language, f"{own.get('logger', '')} {own.get('message', '')}")
    return Parts(dict(own), source, device_us(str(own.get("timestamp", "")).replace(",", ".")))


def application_json_parts(record: dict[str, Any]) -> Parts:
    """One object of a JSON logger: logback, log4j, Python's, pino, bunyan."""
    fields = flatten(record)
    host = str(fields.pop("@host", "") or fields.get("hostname", "") or fields.get("host", ""))
    if "levelname" in record or "pathname" in record or "exc_info" in record:
        language = "python"
    elif type(record.get("level")) is int and "pid" in record:
        language = "node"
    else:
        language = "java"
    text = " ".join(str(record[name]) for name in _NAMES if name in record)
    time = record.get("@timestamp", record.get("timestamp", record.get("time", record.get("asctime"))))
    time_us = epoch_us(time) or (device_us(time) if isinstance(time, str) else 0)
    fields["language"] = language
    return Parts(fields, _source(language, text), time_us, host)


def _source(language: str, text: str) -> LogSource:
    lower = text[:65_536].casefold()
    product = _PRODUCTS.get(language, "")
    for sign, service in _SIGNS.get(language, ()):
        if sign in lower:
            return LogSource(product, service, _CATEGORY)
    return LogSource(product, "", _CATEGORY)
