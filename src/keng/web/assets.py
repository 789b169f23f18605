"""The built scripts and styles, by the names in Vite's manifest."""

from pathlib import Path
from typing import NamedTuple

import msgspec

STATIC = Path(__file__).parent / "static"
_ENTRY = "src/main.ts"


class Assets(NamedTuple):
    """Addresses of the script and the style sheets; empty where the console has not been built."""

    script: str
    styles: tuple[str, ...]


class _Chunk(msgspec.Struct):
    file: str
    css: tuple[str, ...] = ()


def read_assets(static: Path = STATIC) -> Assets:
    """Read `dist/manifest.json`. Without it pages work, but plainly: `make install` builds it."""
    path = static / "dist/manifest.json"
    if not path.is_file():
        return Assets("", ())
    chunk = msgspec.json.decode(path.read_bytes(), type=dict[str, _Chunk])[_ENTRY]
    return Assets(f"/static/dist/{chunk.file}", tuple(f"/static/dist/{name}" for name in chunk.css))
