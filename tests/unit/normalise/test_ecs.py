from keng.model.event import LogSource
from keng.normalise.ecs import ecs_parts

START = {"event": {"category": ["process"], "type": ["start"]}}


def test_a_process_is_a_process_whatever_the_system() -> None:
    process = {"executable": "/usr/bin/id", "args": ["id", "-u"], "parent": {"executable": "/bin/sh"}}
    found = ecs_parts({**START, "process": process, "user": {"name": "an"}, "host": {"name": "srv"}})
    assert found.logsource == LogSource("linux", "", ("process_creation",))
    assert (found.fields["Image"], found.fields["CommandLine"], found.fields["ParentImage"]) == (
        "/usr/bin/id",
        "id -u",
        "/bin/sh",
    )
    assert (found.fields["User"], found.host) == ("an", "srv")
    windows = ecs_parts(
        {
            **START,
            "process": process,
            "user": {"name": "an", "domain": "T"},
            "host": {"os": {"type": "windows"}},
        }
    )
    assert windows.logsource.product == "windows"
    assert windows.fields["User"] == "T\\an"


def test_connections_files_and_queries_have_their_categories() -> None:
    process = {"process": {"executable": "/x"}}
    network = {
        "event": {"category": "network"},
        "destination": {"ip": "192.0.2.1"},
        "network": {"direction": "ingress"},
    }
    assert ecs_parts({**process, **network}).logsource.categories == ("network_connection",)
    assert ecs_parts({**process, **network}).fields["Initiated"] == "false"
    gone = {"event": {"category": ["file"], "type": ["deletion"]}, "file": {"path": "/a"}}
    assert ecs_parts({**process, **gone}).logsource.categories == ("file_delete",)
    asked = {"event": {"category": ["network"]}, "dns": {"question": {"name": "x.example"}}}
    assert ecs_parts({**process, **asked}).logsource.categories == ("dns_query",)
    assert ecs_parts({**process, "event": {"category": None}}).logsource.categories == ()
