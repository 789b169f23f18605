"""The machine as it is, and as it must not be."""

import socket
from pathlib import Path

import pytest

from keng.doctor import machine
from keng.doctor.finding import Health
from keng.runtime.settings import Settings


def by_check(settings: Settings, running: bool = False) -> dict[str, machine.Finding]:
    return {one.check: one for one in machine.check_machine(settings, running)}


def test_a_port_that_another_program_has_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = Settings(data_dir=tmp_path, port=0, ingest_port=port, syslog_port=-1)
        found = by_check(settings)["ingest_port_tcp"]
        assert found.health is Health.BAD and str(port) in found.text and found.advice
        assert "ingest_port_tcp" not in by_check(settings, running=True)
    assert by_check(settings)["ingest_port_tcp"].health is Health.GOOD


def test_a_network_disk_is_no_place_for_a_journal(tmp_path: Path) -> None:
    mounts = [f"server:/x {tmp_path} nfs4 rw 0 0", "/dev/sda / ext4 rw 0 0"]
    (tmp_path / "mounts").write_text("\n".join(mounts))
    found = machine._file_system(tmp_path / "not" / "made" / "yet", tmp_path / "mounts")
    assert (found.health, "nfs4" in found.text) == (Health.BAD, True)


def test_a_folder_that_is_not_made_yet_is_judged_by_the_one_above_it(tmp_path: Path) -> None:
    assert str(tmp_path / "new") in by_check(Settings(data_dir=tmp_path / "new", port=0))["disk"].text


def test_a_small_udp_buffer_is_told(tmp_path: Path) -> None:
    (tmp_path / "rmem_max").write_text("212992\n")
    assert machine._udp_buffer(tmp_path / "rmem_max").health is Health.WARN


def test_a_full_disk_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        machine.shutil, "disk_usage", lambda _path: machine.shutil._ntuple_diskusage(10, 10, 0)
    )
    assert by_check(Settings(data_dir=tmp_path, port=0))["disk"].health is Health.BAD
