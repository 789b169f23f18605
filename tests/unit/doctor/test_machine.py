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


def test_a_folder_that_others_can_look_into_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    found = by_check(Settings(data_dir=tmp_path, port=0))["rights"]
    assert (found.health, "755" in found.text, "chmod 700" in found.advice) == (Health.BAD, True, True)
    tmp_path.chmod(0o700)
    assert by_check(Settings(data_dir=tmp_path, port=0))["rights"].health is Health.GOOD
    assert "rights" not in by_check(Settings(data_dir=tmp_path / "new", port=0))


def test_every_receiver_that_is_switched_on_has_its_port_looked_at(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        found = by_check(Settings(data_dir=tmp_path, port=0, netflow_port=port, lines_port=1))
        assert found["netflow_port_udp"].health is Health.BAD
        assert "lines_port_tcp" in found
        assert "syslog_tls_port_tcp" not in found
