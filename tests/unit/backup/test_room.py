import shutil
from pathlib import Path

import pytest

from keng.backup.manifest import BackupError
from keng.backup.room import SPARE, needs


def test_what_fits_is_let_through_and_what_does_not_is_told_in_numbers(tmp_path: Path) -> None:
    needs(tmp_path, 0)
    free = shutil.disk_usage(tmp_path).free
    with pytest.raises(BackupError, match=r"\d+ MB are needed, \d+ MB are free"):
        needs(tmp_path, free + SPARE)
