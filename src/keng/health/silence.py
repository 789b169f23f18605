"""A silent source as a detection, so that it stands in the queue where people look. Pure."""

import hashlib

from keng.model.agency import LogSourceEntry
from keng.model.detection import Detection, RuleInfo
from keng.model.event import Event, LogSource
from keng.model.severity import Severity

SILENT_RULE = "keng-source-silent"
_TEXTS = {
    "en": {
        "title": "A log source has fallen silent",
        "description": "The source sends nothing although it always does at this hour. Until it speaks again, "
        "attacks on what it reports are not seen. Attackers switch logging off first.",
        "advice": "Call the agency: is the machine running, is the log shipper running, was the network changed? "
        "If nobody switched it off, treat it as part of an attack.",
    },
    "vi": {
        "title": "Nguồn nhật ký ngừng gửi",
        "description": "Nguồn không gửi gì dù giờ này bình thường luôn có. Cho đến khi có lại, các tấn công vào "
        "những gì nguồn này báo về sẽ không được nhìn thấy. Kẻ tấn công thường tắt ghi nhật ký trước tiên.",
        "advice": "Gọi cho đơn vị: máy có đang chạy không, trình gửi nhật ký có đang chạy không, mạng có vừa thay "
        "đổi không? Nếu không ai tắt, hãy coi đây là một phần của cuộc tấn công.",
    },
}

_OUTAGE_TEXTS = {
    "en": {
        "title": "Log sources of an agency have fallen silent together",
        "description": "Several sources stopped sending at the same time: most likely the agency's network or its "
        "connection to the centre is cut. Until they speak again, attacks on this agency are not seen.",
        "advice": "Call the agency: does its internet connection work, is its firewall or log relay running? "
        "If nobody switched it off, treat it as part of an attack.",
    },
    "vi": {
        "title": "Nhiều nguồn nhật ký của một đơn vị cùng ngừng gửi",
        "description": "Nhiều nguồn ngừng gửi cùng lúc: nhiều khả năng mạng của đơn vị hoặc đường truyền về trung tâm bị "
        "đứt. Cho đến khi có lại, các tấn công vào đơn vị này sẽ không được nhìn thấy.",
        "advice": "Gọi cho đơn vị: đường truyền có hoạt động không, tường lửa hoặc máy chuyển tiếp nhật ký có đang chạy "
        "không? Nếu không ai tắt, hãy coi đây là một phần của cuộc tấn công.",
    },
}
SINCE = "Since"
"""Of the group of an outage's alert: microseconds since the epoch."""


def severity_of(level: int, under_attack: bool) -> Severity:
    """By the system's legal level (0: unknown); one step higher while the agency has an open high alert."""
    base = Severity.HIGH if level >= 4 else Severity.MEDIUM if level >= 2 else Severity.LOW
    return Severity(min(base + under_attack, Severity.CRITICAL))


def silence(
    entry: LogSourceEntry,
    severity: Severity,
    last_us: int,
    now_us: int,
    usual_s: float,
    outage_us: int | None = None,
) -> Detection:
    """The detection of one pause; the same pause found twice has the same ids, so that it counts once.

    outage_us: since when sources of the agency are silent together; all of these share one alert.
    """
    texts = _TEXTS if outage_us is None else _OUTAGE_TEXTS
    rule = RuleInfo(
        SILENT_RULE,
        texts["en"]["title"],
        severity,
        tags=("attack.defense-evasion", "attack.t1562"),
        description=texts["en"]["description"],
        texts=texts,
    )
    fields = {
        "Source": entry.id,
        "SourceName": entry.name,
        "LastHeardSecondsAgo": (now_us - last_us) // 1_000_000,
        "UsualPauseSeconds": round(usual_s),
    }
    event = Event(
        fields=fields,
        logsource=LogSource(product="keng", service="health"),
        time_us=now_us if outage_us is None else outage_us,
        format="keng",
        raw="",
        id=hashlib.sha256(f"silence {entry.id} {last_us}".encode()).hexdigest()[:32],
        agency=entry.agency,
        source=entry.id,
        received_us=now_us,
    )
    matched = {name: str(value) for name, value in fields.items()}
    group = {"Source": entry.id} if outage_us is None else {SINCE: str(outage_us)}
    return Detection(rule, event, matched, (event.id,), group)
