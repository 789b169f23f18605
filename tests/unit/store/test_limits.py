from keng.store.limits import Limits, tagged


def test_every_search_is_limited_in_time_memory_and_threads() -> None:
    settings = Limits(seconds=2.5, memory_bytes=1000, threads=1).settings("")
    assert "max_execution_time = 2.5" in settings
    assert "max_memory_usage = 1000" in settings
    assert "max_threads = 1" in settings


def test_a_tag_cannot_end_its_text() -> None:
    assert tagged("an.nv-1_x'; DROP/**/é") == "annv-1_xDROP"
    assert len(tagged("x" * 1000)) == 64


def test_an_export_has_its_own_time_one_thread_and_small_pieces() -> None:
    settings = Limits(export_seconds=7, seconds=2, memory_bytes=1000).export_settings("x")
    assert "max_execution_time = 7" in settings and "max_threads = 1" in settings
    assert "max_memory_usage = 1000" in settings and "log_comment = 'x'" in settings
