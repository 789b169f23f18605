"""The bound on what one file may unpack to, over all its layers: the guard against decompression bombs."""

from keng.formats.base import StreamError
from keng.i18n import _

FREE = 256 << 20
RATIO = 250
DEPTH = 4
MEMBERS = 100_000


class Budget:
    """Counts the bytes that come out of one file on disk.

    Refuses when they are more than FREE (256 MiB) and more than RATIO (250) times the file's size. Real logs
    shrink 10 to 100 times.
    """

    def __init__(self, size: int) -> None:
        self._limit = max(FREE, size * RATIO)
        self.spent = 0

    def spend(self, count: int) -> None:
        """Take `count` bytes; raises StreamError over the bound."""
        self.spent += count
        if self.spent > self._limit:
            raise StreamError(
                _("unpacks to more than {size} MiB: refused as a decompression bomb", size=self._limit >> 20),
                f"byte {self.spent}",
            )
