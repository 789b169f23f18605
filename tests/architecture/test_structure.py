"""The house rules that a machine can check."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src/keng").rglob("*.py"))


def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listing.decode().split("\0") if name and (ROOT / name).is_file()]


def test_stages_keep_to_the_import_contracts() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_every_module_says_what_it_is() -> None:
    silent = [str(p.relative_to(ROOT)) for p in SOURCES if not p.read_text().lstrip().startswith('"""')]
    assert not silent, f"modules without a docstring: {silent}"


def test_no_module_is_longer_than_400_lines_and_the_median_is_short() -> None:
    lengths = sorted(
        (p.read_text().count("\n"), str(p.relative_to(ROOT))) for p in SOURCES if p.name != "__init__.py"
    )
    assert lengths[-1][0] <= 400, f"split: {lengths[-1]}"
    assert lengths[len(lengths) // 2][0] <= 150, "the median module is longer than 150 lines"


def test_every_source_file_has_its_test_file() -> None:
    without = []
    for path in SOURCES:
        inside = path.relative_to(ROOT / "src/keng")
        if path.name in {
            "__init__.py",
            "__main__.py",
            "base.py",
        }:  # a protocol: see conformance
            continue
        if inside.parts[:2] in {
            ("state", "tables"),
            ("state", "migrations"),
        }:  # declarations: see state/test_database
            continue
        if not (ROOT / "tests/unit" / inside.parent / f"test_{path.stem}.py").exists():
            without.append(str(inside))
    assert not without, f"source files without tests/unit/<same path>/test_<name>.py: {without}"


def test_no_committed_file_names_a_path_of_one_machine_or_an_address_of_a_package_registry() -> None:
    hosts = (
        "files.python" + "hosted.org",
        "pypi" + ".org/simple",
        "registry.npm" + "js.org",
        "deb.node" + "source.com",
        "/work" + "/",
    )
    found = []
    for path in tracked():
        if path.suffix in {".png", ".evtx", ".gz", ".zst", ".zip", ".ico", ".woff2"}:
            continue
        text = path.read_text(errors="replace")
        found += [f"{path.relative_to(ROOT)}: {host}" for host in hosts if host in text]
    assert not found


def test_unfinished_marks_do_not_land() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    found = [str(p.relative_to(ROOT)) for p in SOURCES if marks.search(p.read_text())]
    assert not found
