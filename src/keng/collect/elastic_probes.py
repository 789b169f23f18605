"""What shippers ask of an Elasticsearch before they send: answered well enough that each of them starts.

GET /                         all: product, version (Vector and omelasticsearch take the API from it)
GET /_license, /_xpack        Beats, Logstash: is the licence active, is ILM there
GET|PUT /_ilm/policy/…        Beats
HEAD|GET|PUT /_index_template, /_component_template, /_template, /_data_stream, /_ingest/pipeline, /_alias
GET /_cluster/health, /_cat/health, /_nodes/http, /_nodes/_all/http     sniffers and health checks
HEAD|PUT /index, POST /index/_refresh        clients that make their index first, and ask for it to be searchable at once
"""

import re
from collections.abc import Mapping

Json = dict[str, object]
VERSION = (8, 19, 0)
_BEAT = re.compile(r"(?:beat|Agent)[/ ](\d{1,3})\.(\d{1,3})\.(\d{1,3})", re.ASCII | re.IGNORECASE)
_NAME = "keng"
_UUID = "a2VuZy1jb2xsZWN0b3ItMQ"
_LICENSE: Json = {"license": {"status": "active", "uid": _UUID, "type": "basic", "mode": "basic"}}
_ACCEPTED: Json = {"acknowledged": True}
_SHARDS: Json = {"_shards": {"total": 1, "successful": 1, "failed": 0}}
_INDEX = re.compile(r"[^_\-+.][^/]{0,254}")
# First path segments of the interface that only sets up what Kẻng does not need.
SETUP = frozenset(
    [
        "_alias",
        "_aliases",
        "_cat",
        "_cluster",
        "_component_template",
        "_data_stream",
        "_enrich",
        "_ilm",
        "_index_template",
        "_ingest",
        "_license",
        "_lifecycle",
        "_nodes",
        "_security",
        "_snapshot",
        "_stats",
        "_template",
        "_xpack",
    ]
)


def root(user_agent: str) -> Json:
    """Answer to `GET /`. A Beat refuses a server that is older than itself, so it is told its own version."""
    match = _BEAT.search(user_agent[:200])
    version = max(VERSION, tuple(int(part) for part in match.groups()) if match else VERSION)
    return {
        "name": _NAME,
        "cluster_name": _NAME,
        "cluster_uuid": _UUID,
        "version": {
            "number": ".".join(map(str, version)),
            "build_flavor": "default",
            "build_type": "tar",
            "build_hash": "0000000000000000000000000000000000000000",
            "build_date": "2026-01-01T00:00:00.000000000Z",
            "build_snapshot": False,
            "lucene_version": "9.12.2",
            "minimum_wire_compatibility_version": "7.17.0",
            "minimum_index_compatibility_version": "7.0.0",
        },
        "tagline": "You Know, for Search",
    }


def setup(method: str, path: str, address: str) -> tuple[int, Json]:
    """Status and answer for a set-up request. Nothing is stored: templates and policies are not needed here.

    address: "host:port" of this receiver, for clients that ask for the nodes.
    """
    if method in ("PUT", "POST", "DELETE"):
        return 200, _ACCEPTED
    segments = path.strip("/").split("/")
    match segments:
        case ["_license", *_]:
            return 200, _LICENSE
        case ["_xpack", *_]:
            return 200, _xpack()
        case ["_cluster", "health", *_]:
            return 200, _health()
        case ["_nodes", *_]:
            return 200, _nodes(address)
        case ["_ilm", "status"]:
            return 200, {"operation_mode": "RUNNING"}
        case ["_security", "_authenticate"]:
            return 200, {"username": _NAME, "roles": [], "enabled": True, "metadata": {}}
        case ["_cat", *_]:
            return 200, {"cluster": _NAME, "status": "green"}
        case ["_ilm", "policy", name]:
            return 200, {name: {"version": 1, "policy": {"phases": {}}}}
        case ["_index_template", name]:
            return 200, {"index_templates": [{"name": name, "index_template": {"index_patterns": [name]}}]}
        case ["_component_template", name]:
            return 200, {"component_templates": [{"name": name, "component_template": {"template": {}}}]}
        case ["_data_stream", name]:
            return 200, {"data_streams": [{"name": name, "status": "GREEN"}]}
        case [("_template" | "_alias"), name]:
            return 200, {name: {}}
        case ["_ingest", "pipeline", name]:
            return 200, {name: {"processors": []}}
        case _:
            return 200, {}


def of_index(method: str, path: str) -> Json | None:
    """Answer to what is asked of an index: none is made, and what was taken is searchable soon. None: not served."""
    match path.strip("/").split("/"):
        case [("_refresh" | "_flush")] | [_, ("_refresh" | "_flush")]:
            return _SHARDS
        case [name] if method in ("HEAD", "PUT") and _INDEX.fullmatch(name):
            return {"acknowledged": True, "shards_acknowledged": True, "index": name}
        case [name, ("_settings" | "_mapping")] if method == "PUT" and _INDEX.fullmatch(name):
            return _ACCEPTED
        case _:
            return None


def _xpack() -> Json:
    on: Mapping[str, object] = {"available": True, "enabled": True}
    return {
        "build": {"hash": "0", "date": "2026-01-01T00:00:00.000Z"},
        "license": {"uid": _UUID, "type": "basic", "mode": "basic", "status": "active"},
        "features": {"ilm": on, "data_streams": on, "security": on},
    }


def _health() -> Json:
    return {
        "cluster_name": _NAME,
        "status": "green",
        "timed_out": False,
        "number_of_nodes": 1,
        "number_of_data_nodes": 1,
    }


def _nodes(address: str) -> Json:
    http = {"bound_address": [address], "publish_address": address, "max_content_length_in_bytes": 104857600}
    node = {"name": _NAME, "version": ".".join(map(str, VERSION)), "roles": ["data", "ingest"], "http": http}
    return {
        "_nodes": {"total": 1, "successful": 1, "failed": 0},
        "cluster_name": _NAME,
        "nodes": {_UUID: node},
    }
