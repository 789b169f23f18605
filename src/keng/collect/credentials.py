"""Reads the token out of an Authorization header, in each of the ways that shippers send it.

ApiKey base64(id:token)     Beats `api_key`, elasticsearch-py `api_key=("id", "token")`
ApiKey token                elasticsearch-py `api_key="token"`, Vector with a custom header
Bearer token
Splunk token                clients of Splunk's HTTP Event Collector
Basic base64(user:token)    Fluent Bit, rsyslog, Vector, curl: the user name does not matter
"""

import base64
import binascii

MAX_HEADER = 4096


def token_of(header: str) -> str:
    """The token, or "" if there is none that can be read."""
    scheme, _blank, value = header[:MAX_HEADER].strip().partition(" ")
    value = value.strip()
    match scheme.lower():
        case "bearer" | "splunk":
            return value
        case "apikey":
            pair = _decoded(value)
            return pair.partition(":")[2] if ":" in pair else value
        case "basic":
            return _decoded(value).partition(":")[2]
        case _:
            return ""


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
