"""The cache never gives back what it did not store."""

from pathlib import Path

from keng.detect.sigma.store_cache import read_cache, write_cache


def test_what_is_stored_comes_back_and_damage_does_not(tmp_path: Path) -> None:
    path = tmp_path / "deep/x.cache"
    write_cache(path, {"a": 1})
    assert read_cache(path, dict[str, int]) == {"a": 1}
    assert read_cache(path, list[int]) is None
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert read_cache(path, dict[str, int]) is None
    assert read_cache(tmp_path / "missing", dict[str, int]) is None


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    write_cache(tmp_path / "file/x.cache", 1)
