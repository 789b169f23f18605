"""Writes docs/reference.md: every command and every setting, from the program itself.

`python -m tests.architecture.reference` writes it; a test says when it is out of date.
"""

import inspect
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec

from keng.runtime.settings import Settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference.md"


def commands(tree: Any, path: str = "keng") -> list[tuple[str, str]]:
    """Every command that can be run, with its help in one line."""
    below = getattr(tree, "commands", None)
    if not below:
        return [(path, " ".join((tree.help or "").split("\f")[0].split()))]
    return [found for name, command in below.items() for found in commands(command, f"{path} {name}")]


def spoken(language: str) -> list[tuple[str, str]]:
    """The commands as a process in that language has them: help is put into words when it starts."""
    program = "import json; from keng.cli.main import build; from tests.architecture.reference import commands; print(json.dumps(commands(build())))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PAGE.parents[1],
        env={**os.environ, "KENG_LANG": language},
        capture_output=True,
        text=True,
        check=True,
    )
    return [(name, about) for name, about in json.loads(done.stdout)]


def settings() -> list[tuple[str, str, str]]:
    """Name, default as it is written in keng.toml, and meaning of each setting."""
    names = [field.name for field in msgspec.structs.fields(Settings)]
    text = " ".join((inspect.getdoc(Settings) or "").split())
    one = "|".join(map(re.escape, names))
    parts = re.split(rf"(?:^|(?<=\s))((?:(?:{one}), )*(?:{one})): ", text)
    meaning = {
        name: about.strip()
        for heads, about in zip(parts[1::2], parts[2::2], strict=True)
        for name in heads.split(", ")
    }
    return [(name, _default(name), meaning.get(name, "")) for name in names]


def page() -> str:
    """The whole page."""
    english, vietnamese = spoken("en"), dict(spoken("vi"))
    lines = [
        "# Reference",
        "Written by the program itself (`python -m tests.architecture.reference`).",
        "",
        "## Commands / Các lệnh",
        "| command | what it does | tác dụng |",
        "| --- | --- | --- |",
        *(f"| `{name}` | {_cell(about)} | {_cell(vietnamese[name])} |" for name, about in english),
        "",
        "## Settings",
        "In `keng.toml` in the data folder, or from the environment as `KENG_` and the name in capitals; flags win.",
        "",
        "| setting | default | meaning |",
        "| --- | --- | --- |",
        *(f"| `{name}` | {default} | {_cell(about)} |" for name, default, about in settings()),
        "",
    ]
    return "\n".join(lines)


def _default(name: str) -> str:
    field = next(field for field in msgspec.structs.fields(Settings) if field.name == name)
    if field.default is msgspec.NODEFAULT:
        return "`~/.local/share/keng`" if name == "data_dir" else ""
    return f"`{field.default!r}`" if field.default not in ("", ()) else "–"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page())
