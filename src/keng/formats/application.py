"""Logs of applications, by the language that they are written in: the line that a logger or an exception prints.

java     2024-05-01 12:00:00.123 ERROR 1 --- [main] o.s.web.X : message      logback, log4j, Spring Boot
         01-May-2024 12:00:00.123 SEVERE [main] org.apache.x.Y.z message      Tomcat
         java.lang.IllegalStateException: message, Caused by: …, at a.b.C.d(C.java:1)
python   2024-05-01 12:00:00,123 ERROR django.request: message; [2024-05-01 12:00:00,123] ERROR in app: message
         ERROR 2024-05-01 12:00:00,123 log 1 2 message; [2024-05-01 12:00:00 +0000] [1] [ERROR] message
         Traceback (most recent call last):, File "x.py", line 1, in y, a.b.SomeError: message
ruby     E, [2024-05-01T12:00:00.123456 #1] ERROR -- : message; ActionController::BadRequest (message):
node     node:internal/x, at f (/app/x.js:1:2), at node:child_process:1:2, Error: message

An entry of several lines is one record where it comes whole (see `model.multiline`); a line that arrives alone is read alone.
Fields: language, timestamp, level, thread, logger, message (the whole entry).
"""

import re
from typing import Any

_LEVEL = r"(TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL|CRITICAL|SEVERE|CONFIG|FINE|FINER|FINEST)"
_DATE = r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,]\d{3,9}(?:Z|[+-]\d\d:?\d\d)?)"
_NAME = r"([A-Za-z_$][\w$.\-/]{0,255})"
_JAVA = re.compile(
    rf"{_DATE} {{1,3}}(?:\[([^\]\n]{{1,128}})\] {{1,3}})?{_LEVEL} {{1,3}}(?:\d{{1,10}} --- )?"
    rf"(?:\[([^\]\n]{{1,128}})\] {{1,3}})*{_NAME} {{0,40}}(?:-|:|\[[^\]\n]{{0,128}}\] [-:]) ",
    re.ASCII,
)
_TOMCAT = re.compile(
    rf"(\d\d-[A-Z][a-z]{{2}}-\d{{4}} \d\d:\d\d:\d\d\.\d{{3}}) {_LEVEL} \[([^\]\n]{{1,128}})\] {_NAME} ",
    re.ASCII,
)
_JAVA_THROWN = re.compile(
    r'(?:Exception in thread "[^"\n]{1,128}" |Caused by: |Suppressed: |\s{0,16}\.\.\. \d{1,5} more$)?'
    r"(?:(?:java|javax|jakarta|sun|com|org|net|io|kotlin|scala|vn|gov|edu)(?:\.[\w$]{1,128}){1,12}"
    r"(?:Exception|Error|Throwable|Failure|Interrupted)\w{0,16}(?=:|$|\s)|(?<=more)$)",
    re.ASCII,
)
_JAVA_FRAME = re.compile(
    r"\s{1,16}at (?:[\w.\-@]{1,128}/{1,2})?[\w$.<>/]{3,512}\((?:[\w$]{1,128}\.(?:java|kt|scala|groovy)(?::\d{1,7})?|Native Method|Unknown Source)\)",
    re.ASCII,
)
_PYTHON = re.compile(
    rf"(?:\[?{_DATE}\]? {_LEVEL} (?:in )?{_NAME} ?:|{_LEVEL} {_DATE} {_NAME} (?=\S)|"
    rf"\[(\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{{4}})\] \[\d{{1,10}}\] \[{_LEVEL}\] )",
    re.ASCII,
)
_PYTHON_THROWN = re.compile(
    r"Traceback \(most recent call last\):|\s{1,16}File \"[^\"\n]{1,512}\", line \d{1,7}, in "
    r"|(?:[a-z_]\w{0,63}\.){0,8}[A-Z]\w{0,63}(?:Error|Exception|Warning|Operation|DoesNotExist|Interrupt|Exit)(?=:\s|$)"
    r"|(?:django(?:\.\w{1,63}){1,8}\.)[A-Z]\w{0,63}(?=:\s|$)",
    re.ASCII,
)
_RUBY = re.compile(
    r"[DIWEFA], \[(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,9}) #\d{1,10}\] {1,3}"
    r"(DEBUG|INFO|WARN|ERROR|FATAL|ANY) -- ([^:\n]{0,128}):",
    re.ASCII,
)
_RUBY_THROWN = re.compile(
    r"(?:\[[0-9a-f\-]{8,64}\] )?(?:Action|Active|Abstract)[A-Za-z]{2,32}::[A-Z][A-Za-z:]{2,128}(?: \(|:|$)"
    r"|\s{0,16}[\w./\-]{1,256}\.rb:\d{1,7}:in ['`]",
    re.ASCII,
)
_NODE_THROWN = re.compile(
    r"node:[a-z_/]{2,64}:\d{1,7}|\s{1,16}at (?:async )?(?:[\w$.<>\[\] ]{1,128} )?\(?(?:node:[a-z_/]{2,64}|(?:file://)?/[^\s:()]{1,512}\.[cm]?[jt]s):\d{1,7}:\d{1,7}\)?(?=\n|$)"
    r"|(?:Uncaught |Unhandled)(?:[A-Z]\w{0,63}Error|PromiseRejection\w{0,32}): ",
    re.ASCII,
)
_LOOKED_AT = 2048
_LANGUAGE_OF = {
    **dict.fromkeys(
        ("java", "tomcat", "tomcat8", "tomcat9", "tomcat10", "catalina", "jetty", "wildfly", "jsvc"), "java"
    ),
    **dict.fromkeys(
        ("gunicorn", "uwsgi", "python", "python3", "django", "celery", "flask", "uvicorn"), "python"
    ),
    **dict.fromkeys(("rails", "puma", "unicorn", "ruby", "sidekiq", "passenger"), "ruby"),
    **dict.fromkeys(("node", "nodejs", "pm2", "npm"), "node"),
}
PROGRAMS = frozenset(_LANGUAGE_OF)
"""Syslog programs that run applications."""


def fields_of(text: str) -> dict[str, Any] | None:
    """The fields of one line; None if no language prints such a line."""
    head = text[:_LOOKED_AT]
    found = _java(head, text) or _node(head, text) or _ruby(head, text) or _python(head, text)
    if found is None and "\n" in head and (below := head.partition("\n")[2]):
        # "Error: message" says nothing; the frames under it do.
        return _java(below, text) or _node(below, text) or _ruby(below, text) or _python(below, text)
    return found


def message_fields(program: str, message: str) -> dict[str, Any] | None:
    """The fields of a syslog message of a program that runs applications; None for other programs."""
    language = _LANGUAGE_OF.get(program)
    if language is None:
        return None
    return fields_of(message) or {"language": language, "message": message}


def _made(language: str, text: str, *pairs: tuple[str, str | None]) -> dict[str, Any]:
    return {"language": language, **{name: value for name, value in pairs if value}, "message": text}


def _java(head: str, text: str) -> dict[str, Any] | None:
    if (match := _JAVA.match(head)) and not _PYTHON.match(head):
        stamp, before, level, after, logger = match.groups()
        return _made(
            "java",
            text,
            ("timestamp", stamp),
            ("level", level),
            ("thread", before or after),
            ("logger", logger),
        )
    if match := _TOMCAT.match(head):
        stamp, level, thread, logger = match.groups()
        return _made(
            "java", text, ("timestamp", stamp), ("level", level), ("thread", thread), ("logger", logger)
        )
    if _JAVA_THROWN.match(head) or _JAVA_FRAME.match(head):
        return _made("java", text)
    return None


def _python(head: str, text: str) -> dict[str, Any] | None:
    if match := _PYTHON.match(head):
        stamp, level, logger, level_2, stamp_2, logger_2, stamp_3, level_3 = match.groups()
        return _made(
            "python",
            text,
            ("timestamp", stamp or stamp_2 or stamp_3),
            ("level", level or level_2 or level_3),
            ("logger", logger or logger_2),
        )
    return _made("python", text) if _PYTHON_THROWN.match(head) else None


def _ruby(head: str, text: str) -> dict[str, Any] | None:
    if match := _RUBY.match(head):
        return _made(
            "ruby", text, ("timestamp", match[1]), ("level", match[2]), ("logger", match[3].strip() or None)
        )
    return _made("ruby", text) if _RUBY_THROWN.match(head) else None


def _node(head: str, text: str) -> dict[str, Any] | None:
    return _made("node", text) if _NODE_THROWN.match(head) else None
