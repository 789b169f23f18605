import os
from pathlib import Path

import pytest

from keng.i18n import using
from keng.store.errors import StoreInUseError
from keng.store.lock import FolderLock


def test_the_second_one_is_told_who_holds_the_folder_in_both_languages(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path / "a" / "b")
    for language, words in (("en", "in use by process"), ("vi", "đang được tiến trình")):
        with using(language), pytest.raises(StoreInUseError, match=f"{words} {os.getpid()}"):
            FolderLock(tmp_path / "a" / "b")
    lock.release()
    lock.release()
    FolderLock(tmp_path / "a" / "b").release()
