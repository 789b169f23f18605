"""Whose JSON is it, third part: shapes that many products share.

ecs               {"event": {"category": …}, "process": {"executable", …}, "host": …}   Auditbeat, Elastic Endpoint
web_json          access logs in JSON: nginx and Apache by their usual names, Caddy, Traefik, Cloudflare
postgresql_json   {"error_severity", "message", "pid", …}                                PostgreSQL 15 and later
"""

from typing import Any

COMMON_SHAPES = ("ecs", "web_json", "postgresql_json")


def common_shape(value: dict[str, Any]) -> str:
    """One of COMMON_SHAPES, or ""."""
    event, process = value.get("event"), value.get("process")
    if type(event) is dict and "category" in event and type(process) is dict and "executable" in process:
        return "ecs"
    if _is_web(value):
        return "web_json"
    if "error_severity" in value and "message" in value and ("pid" in value or "backend_type" in value):
        return "postgresql_json"
    return ""


def _is_web(value: dict[str, Any]) -> bool:
    request = value.get("request")
    if type(request) is dict:
        return "method" in request and "uri" in request and "status" in value
    if "RequestMethod" in value and "RequestPath" in value and "ClientHost" in value:
        return True
    if "ClientRequestMethod" in value and "ClientIP" in value:
        return True
    client = "remote_addr" in value or "remote_ip" in value or "clientip" in value or "client_ip" in value
    if not client or not ("status" in value or "response" in value):
        return False
    return (
        type(request) is str
        or "request_uri" in value
        or ("method" in value and ("uri" in value or "path" in value))
    )
