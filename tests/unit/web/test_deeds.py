"""Actions of the audit log in words."""

import re
from pathlib import Path

import keng
from keng.i18n import using
from keng.web.deeds import deed

# The subjects of audit.record's actions; the verbs are read from the sources that record them.
_RECORDED = re.compile(
    r'"((?:user|events|hunt|alert|incident|bulletin|register|token|certificate|hold|backup)\.[a-z_]+)"'
)


def test_every_action_that_is_recorded_has_words_in_both_languages() -> None:
    source = "".join(
        text
        for path in Path(keng.__file__).parent.rglob("*.py")
        if "record(" in (text := path.read_text()) and "audit" in text
    )
    actions: set[str] = {
        *_RECORDED.findall(source),
        *(f"bulletin.{what}" for what in ("drafted", "approved", "published")),
    }
    actions -= {name for name in actions if name.endswith((".html", ".yml", ".id", ".name", ".csv"))}
    assert len(actions) > 20
    for language in ("vi", "en"):
        with using(language):
            assert not [action for action in sorted(actions) if deed(action) == action]


def test_an_unknown_action_stays_as_it_is() -> None:
    assert deed("new.thing") == "new.thing"
