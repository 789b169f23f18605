"""Bulletins as PDF."""

import shutil
import subprocess

import msgspec
import pytest
import typst

from keng.bulletins import pdf
from keng.bulletins.pdf import bulletin_pdf
from keng.i18n import using
from keng.model.agency import CentreProfile
from keng.model.bulletin import Bulletin, BulletinStatus, BulletinText, Indicator, Tlp
from keng.model.severity import Severity

NOW = 1_790_000_000_000_000
CENTRE = CentreProfile(place_vi="Đà Lạt", place_en="Da Lat")
HOSTILE = (
    '#panic("x") #read("/etc/passwd") $1/0$ *b* _i_ `r` <l> @ref [y] // c /* */ \\ " \' {} #{1} = H\n= H\n- i\n+ n',
    "\x00\x1b[31m\x07\u202e\u200b\ufeff\ud800\udfff",
    "A" * 20_000,
    "ẵ" * 5_000,
    '"}] , "data": ',
    '#import "@preview/x:1.0.0": *',
    "🚨 漢字 العربية",
    "",
)


def bulletin(text: str = "Phát hiện mã độc", **fields: object) -> Bulletin:
    body = BulletinText(text, f"{text}\n\n- {text}", text, (text, text), text)
    made = Bulletin(
        1,
        "CB-2026-0012",
        Severity.CRITICAL,
        Tlp.AMBER,
        {"vi": body, "en": body},
        BulletinStatus.PUBLISHED,
        indicators=(Indicator("ip", "8.8.8.8"), Indicator("other", text, text)),
        published_us=NOW,
    )
    return msgspec.structs.replace(made, **fields)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("tlp", Tlp)
def test_a_letter_is_made_in_each_language_and_label(language: str, tlp: Tlp) -> None:
    made = bulletin_pdf(bulletin(tlp=tlp), CENTRE, language, ("Bệnh viện tỉnh",), "Nguyễn Văn Bình")
    assert made.startswith(b"%PDF-") and made.rstrip().endswith(b"%%EOF")


def test_the_same_bulletin_gives_the_same_bytes() -> None:
    assert bulletin_pdf(bulletin(), CENTRE, "vi") == bulletin_pdf(bulletin(), CENTRE, "vi")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_text(text: str) -> None:
    centre = msgspec.structs.replace(CENTRE, name_vi=text, place_vi=text, short=text, motto_vi=text)
    made = bulletin_pdf(bulletin(text, ended_reason=text), centre, "vi", (text,), text, text)
    assert made.startswith(b"%PDF-")


def test_markup_in_a_log_line_is_printed_letter_by_letter() -> None:
    """Asks Typst itself what stands on the page: the very characters that came in."""
    evil = '#panic("x") $1/0$ *b* @ref'
    with using("vi"):
        data = pdf._data(bulletin(evil), CENTRE, "vi", (), "", "")
    compiler = typst.Compiler(
        str(pdf._TEMPLATE),
        root=str(pdf._TEMPLATE.parent),
        ignore_system_fonts=True,
        sys_inputs={"data": msgspec.json.encode(data).decode()},
    )
    svg = compiler.compile(format="svg")
    pages = svg if isinstance(svg, list) else [svg]
    assert all(page.lstrip().startswith(b"<svg") for page in pages if page is not None)
    document = msgspec.json.decode(compiler.query("strong", format="json"))
    assert all(part.get("body", {}).get("text") != "b" for part in document)


def test_the_heading_speaks_the_language_and_dates_as_the_decree_writes_them() -> None:
    with using("vi"):
        vietnamese = pdf._data(bulletin(), CENTRE, "vi", (), "", "Bệnh viện")
    assert vietnamese["date_line"] == "Đà Lạt, ngày 21 tháng 9 năm 2026"
    assert vietnamese["number_line"] == "Số: 12/2026/CB-TTANM"
    assert vietnamese["addressee"] == "Kính gửi: Bệnh viện"
    with using("en"):
        english = pdf._data(bulletin(), CENTRE, "en", (), "", "")
    assert english["date_line"] == "Da Lat, 21/9/2026"
    assert english["addressee"] == ""


@pytest.mark.parametrize(
    ("status", "mark"),
    [
        (BulletinStatus.DRAFT, "DRAFT"),
        (BulletinStatus.APPROVED, "DRAFT"),
        (BulletinStatus.PUBLISHED, ""),
        (BulletinStatus.UPDATED, "replaced"),
        (BulletinStatus.WITHDRAWN, "wrong address"),
    ],
)
def test_what_is_not_in_force_says_so(status: BulletinStatus, mark: str) -> None:
    with using("en"):
        data = pdf._data(bulletin(status=status, ended_reason="wrong address"), CENTRE, "en", (), "", "")
    shown = str(data["withdrawn"])
    assert mark in shown and bool(mark) == bool(shown)


@pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="needs pdftotext: apt-get install poppler-utils"
)
def test_a_signature_never_stands_alone_on_a_page() -> None:
    turned = 0
    for number in range(8, 40):
        body = BulletinText(
            "Tiêu đề",
            "Việc đã xảy ra. " * 20,
            "Ai liên quan. " * 10,
            ("Bước " * 12,) * number,
            "Gọi về trung tâm.",
        )
        made = bulletin_pdf(
            bulletin(texts={"vi": body, "en": body}), CENTRE, "vi", ("Bệnh viện tỉnh",), "Nguyễn Văn Bình"
        )
        text = subprocess.run(
            ["pdftotext", "-", "-"], input=made, capture_output=True, check=True
        ).stdout.decode()
        last = text.rstrip("\f").split("\f")[-1]
        assert "Nguyễn Văn Bình" in last
        assert "Gọi về trung tâm" in last, f"{number} steps"
        turned += text.rstrip("\f").count("\f") > 0
    assert 0 < turned < 32
