import shutil
from pathlib import Path

import pytest

from keng.demo.province import DemoData, read_demo
from keng.model.rejected import Rejected
from keng.resources import packs_dir

SHIPPED = packs_dir() / "vn" / "demo"


def test_the_shipped_demo_is_whole() -> None:
    data = read_demo(SHIPPED)
    assert isinstance(data, DemoData), data
    assert "trình diễn" in data.centre.name_vi
    assert "demo" in data.centre.name_en


@pytest.mark.parametrize("name", ["register", "fleet", "background", "scenario", "centre"])
def test_each_missing_or_broken_file_is_named(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "demo"
    shutil.copytree(SHIPPED, folder)
    (folder / f"{name}.yml").write_text("a: [\n")
    broken = read_demo(folder)
    (folder / f"{name}.yml").unlink()
    missing = read_demo(folder)
    for found in (broken, missing):
        assert isinstance(found, Rejected)
        assert f"{name}.yml" in found.position


def test_a_machine_without_a_log_source_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    shutil.copytree(SHIPPED, folder)
    fleet = (folder / "fleet.yml").read_text().replace("source: hcc-db01", "source: hcc-db99")
    (folder / "fleet.yml").write_text(fleet)
    found = read_demo(folder)
    assert isinstance(found, Rejected)
    assert "hcc-db99" in found.reason
