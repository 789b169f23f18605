import os
from pathlib import Path

import pytest

from keng.i18n import using
from keng.normalise.content import ALLOWED, CONTENT, CONTENT_IN, CONTENT_OF, MARKS
from keng.normalise.dropped import dropped
from keng.normalise.secrets import PARAMETERS

DOCS = Path(__file__).parents[3] / "docs"
TEXTS = {
    "en": (
        "# What Kẻng drops, and where",
        "Kẻng watches machines, never what people say. What stands here is taken out of every record before anything else "
        "sees it: detection, the store, people. Names are compared as letters and digits alone, in any case and at any "
        "depth. A record that lost something says so in its field `keng.removed`; its raw text is replaced by what "
        "remains, and copies of what was taken out are masked. There is no setting that turns this off "
        "(see decisions/0004).",
        "| where | what happens | names | why |",
    ),
    "vi": (
        "# Kẻng bỏ gì, ở đâu",
        "Kẻng canh máy móc, không bao giờ canh lời người nói. Những gì ghi ở đây được lấy ra khỏi mọi bản ghi trước khi bất "
        "kỳ ai hay phần nào khác thấy: phát hiện, kho lưu, con người. Tên được so theo chữ và số, không phân biệt hoa "
        "thường, ở mọi độ sâu. Bản ghi bị bỏ bớt nói rõ trong trường `keng.removed`; văn bản gốc của nó được thay bằng phần "
        "còn lại, và mọi bản chép của phần đã bỏ đều bị che. Không có thiết lập nào tắt được việc này "
        "(xem decisions/0004).",
        "| ở đâu | xảy ra gì | tên | vì sao |",
    ),
}


def text(language: str) -> str:
    title, lead, head = TEXTS[language]
    with using(language):
        rows = [
            f"| {row.where} | {row.what} | {', '.join(f'`{name}`' for name in row.names)} | {row.why} |"
            for row in dropped()
        ]
    return "\n".join([title, "", lead, "", head, "| --- | --- | --- | --- |", *rows, ""])


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_page_is_up_to_date(language: str) -> None:
    path = DOCS / ("privacy.md" if language == "en" else "privacy.vi.md")
    if os.environ.get("KENG_DOCS") == "write":
        path.write_text(text(language))
    assert path.read_text() == text(language), "KENG_DOCS=write pytest tests/unit/normalise/test_dropped.py"


def test_no_rule_is_kept_from_the_table() -> None:
    shown = {name for row in dropped() for name in row.names}
    ruled = set(CONTENT).union(*CONTENT_OF.values(), *CONTENT_IN.values(), *ALLOWED.values())
    assert ruled | {mark.strip() for mark, _sign, _ends in MARKS} | set(PARAMETERS) <= shown
    assert all(row.where and row.what and row.why for row in dropped())
