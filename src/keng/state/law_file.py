"""Reads what a country's law demands from its pack (`packs/<country>/law.yaml`)."""

from pathlib import Path

import msgspec
import yaml

from keng.i18n import _
from keng.model.incident import Law
from keng.model.rejected import Rejected
from keng.resources import packs_dir

FLAGS = ("always", "serious", "national_security", "disruption", "personal_data")


def read_law(country: str) -> Law | Rejected:
    """The law of a country that ships with Kẻng ("vn")."""
    if not country.isalnum() and not country.replace("-", "").isalnum():
        return Rejected(_("a country pack is named by letters, digits and hyphens"), country[:40])
    return read_law_file(packs_dir() / country / "law.yaml")


def read_law_file(path: Path) -> Law | Rejected:
    """The same from a file."""
    try:
        law = msgspec.convert(yaml.safe_load(path.read_bytes()), Law)
    except FileNotFoundError:
        return Rejected(_("there is no such country pack"), str(path))
    except (yaml.YAMLError, msgspec.ValidationError) as problem:
        return Rejected(str(problem), str(path))
    for rule in law.clocks:
        for flag in rule.applies:
            if flag not in FLAGS:
                return Rejected(_("unknown flag “{flag}”", flag=flag), f"{path}: clock {rule.id}")
    return law
