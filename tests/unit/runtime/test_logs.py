import json
import logging
import subprocess
import sys

PROGRAM = """
import logging, structlog
from keng.runtime.logs import configure
early = structlog.get_logger("keng.early")
configure("info")
early.warning("seen", host="a\\x1b[31m\\u202eb\\r\\n", number=3)
logging.getLogger("uvicorn.error").error("from the library: %s", "x")
logging.getLogger("uvicorn.error").info("not seen: what a library merely tells")
def fail():
    token = "keng_secret"
    raise ValueError("broken")
try:
    fail()
except ValueError:
    early.exception("failed")
"""


def test_logs_are_json_lines_without_raw_control_characters_or_variables() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True)
    assert done.stdout == b""
    assert not any(byte in done.stderr for byte in b"\x1b\r")
    assert done.stderr.isascii()
    first, second, third = (json.loads(line) for line in done.stderr.splitlines())
    assert (first["event"], first["level"], first["logger"]) == ("seen", "warning", "keng.early")
    assert first["host"] == "a\x1b[31m\u202eb\r\n"
    assert "time" in first
    assert second["event"] == "from the library: x"
    assert third["exception"][0]["exc_value"] == "broken"
    assert b"keng_secret" not in done.stderr


def test_the_test_process_keeps_its_own_logging() -> None:
    assert logging.getLogger().handlers is not None
