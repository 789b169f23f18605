"""Finds the names of victims in a text that goes to others. Pure."""

from collections.abc import Iterable

from keng.model.agency import Agency
from keng.model.bulletin import Bulletin

MIN_NAME = 4


def named_agencies(bulletin: Bulletin, victims: Iterable[Agency]) -> list[str]:
    """Ids of the victims whose Vietnamese or English name stands in the bulletin's texts, title included."""
    written = " ".join(
        part
        for text in bulletin.texts.values()
        for part in (text.title, text.what, text.concerns, *text.actions)
    )
    plain = _plain(written)
    return [
        victim.id
        for victim in victims
        if any(len(name) >= MIN_NAME and _plain(name) in plain for name in (victim.name_vi, victim.name_en))
    ]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
