"""Build hook: puts the console's compiled scripts and styles into the wheel, building them with npm if absent."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ConsoleAssets(BuildHookInterface):  # type: ignore[type-arg]
    """Runs `npm ci && npm run build` in web/ unless src/keng/web/static/dist already exists."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":  # `make install` builds the assets itself
            return
        root = Path(self.root)
        if (root / "src/keng/web/static/dist/manifest.json").exists() or not (
            root / "web/package.json"
        ).exists():
            return
        npm = shutil.which("npm")
        if npm is None:
            raise SystemExit(
                "keng: building the console needs Node 20 and npm; install them, or use a built wheel."
            )
        for words in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
            subprocess.run([npm, *words], cwd=root / "web", check=True)
