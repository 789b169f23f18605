"""What one search may cost, and the tag by which it can be found and ended."""

import msgspec

OUTPUT = "output_format_arrow_string_as_string = 0, output_format_arrow_compression_method = 'none'"


class Limits(msgspec.Struct, frozen=True):
    """Limits of each search. patience_s: how long to wait while others search. condition_cache: off for measuring.

    export_seconds: how long a whole export may take, its reader's time included.
    """

    seconds: float = 20.0
    memory_bytes: int = 768 * 1024 * 1024
    threads: int = 2
    patience_s: float = 30.0
    condition_cache: bool = True
    export_seconds: float = 900.0

    def settings(self, tag: str) -> str:
        """ClickHouse settings of a searcher's statement. A comment in its text would be lost with parameters."""
        return (
            f"log_comment = '{tagged(tag)}', "
            f"max_execution_time = {self.seconds}, timeout_overflow_mode = 'throw', "
            f"max_memory_usage = {self.memory_bytes}, max_threads = {self.threads}, "
            f"use_query_condition_cache = {int(self.condition_cache)}, {OUTPUT}"
        )

    def export_settings(self, tag: str) -> str:
        """ClickHouse settings of a statement that is read piece by piece: one thread, small pieces, in the table's order."""
        return (
            f"log_comment = '{tagged(tag)}', "
            f"max_execution_time = {self.export_seconds}, timeout_overflow_mode = 'throw', "
            f"max_memory_usage = {self.memory_bytes}, max_threads = 1, max_block_size = 1024, "
            f"optimize_read_in_order = 1, {OUTPUT}"
        )

    @property
    def plain(self) -> str:
        """Settings of the store's own statements."""
        return f"max_threads = {self.threads}, {OUTPUT}"


def tagged(tag: str) -> str:
    """A tag as it is put into a statement: its letters, digits, `_` and `-`, 64 at most."""
    return "".join(char for char in tag if char.isascii() and (char.isalnum() or char in "_-"))[:64]
