from pathlib import Path

import pytest
from tests.kept import T0, Kept

from keng.backup.make import make_backup
from keng.backup.manifest import FILE, BackupError, read_manifest


def test_a_manifest_that_names_files_outside_is_refused(kept: Kept, tmp_path: Path) -> None:
    kept.work(1, 1)
    manifest = make_backup(kept.settings.places, tmp_path / "saved", T0, kept.store.frozen)
    file = tmp_path / "saved" / manifest.name / FILE
    for evil in ("../../../etc/passwd", "/etc/passwd"):
        file.write_text(file.read_text().replace('"path": "state.db"', f'"path": "{evil}"'))
        with pytest.raises(BackupError, match="outside"):
            read_manifest(file.parent)
        file.write_text(file.read_text().replace(f'"path": "{evil}"', '"path": "state.db"'))
    file.write_text("{")
    with pytest.raises(BackupError, match="damaged"):
        read_manifest(file.parent)
