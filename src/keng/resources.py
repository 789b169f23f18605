"""Where the files that ship with Kẻng lie: in the wheel under `keng/_data`, in a checkout at its root."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_DATA = _PACKAGE / "_data"
_ROOT = _DATA if _DATA.is_dir() else _PACKAGE.parent.parent


def rules_dir() -> Path:
    """Our own Sigma rules and correlations."""
    return _ROOT / "rules"


def packs_dir() -> Path:
    """Country packs and drill scenarios."""
    return _ROOT / "packs"
