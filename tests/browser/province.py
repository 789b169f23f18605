"""A small filled province for tests and for looking at the console: register, people, events, alerts, casework.

`fill(state, store, now_us)` writes it; `PASSWORD` signs in everybody. Log content is hostile on purpose: it carries
markup, control and bidirectional characters, and formulas.
"""

import hashlib

from keng.auth.passwords import hash_password
from keng.health.cadence import HOURS, Cadence
from keng.model.agency import Agency, CentreProfile, Contact, InformationSystem, LogSourceEntry, Register
from keng.model.alert import Disposition
from keng.model.bulletin import Finding
from keng.model.detection import Detection, RuleInfo
from keng.model.event import Event, LogSource
from keng.model.severity import Severity
from keng.model.user import Actor, Role
from keng.state import alerts, bulletins, deliveries, hunts, incidents, register, users
from keng.state.cadences import SourceCadence, save_cadences
from keng.state.database import State
from keng.state.quarantine import Refused, quarantine
from keng.state.sightings import Sighting, add_sightings
from keng.store.base import EventStore

PASSWORD = "sông núi nước Nam vua ở"
MINUTE = 60_000_000
HOUR = 60 * MINUTE
XSS = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>\'"><svg/onload=window.pwned=1>{{7*7}}'
BIDI = "invoice\u202efdp.exe\x1b[31m\r\n\x07"
FORMULA = '=HYPERLINK("http://evil.example","open")'
ADMIN, HEAD, ANALYST = Actor("quan.tri"), Actor("truong.trung.tam"), Actor("an.tran")

AGENCIES = (
    ("benh-vien-tinh", "Bệnh viện Đa khoa tỉnh", "Provincial General Hospital", "hospital", 3),
    ("so-y-te", "Sở Y tế", "Department of Health", "department", 3),
    ("so-tai-chinh", "Sở Tài chính", "Department of Finance", "department", 4),
    ("so-gd-dt", "Sở Giáo dục và Đào tạo", "Department of Education and Training", "department", 2),
    ("ubnd-huyen-a", "Ủy ban nhân dân huyện Sơn Hà", "Son Ha District People's Committee", "district", 2),
    (
        "ubnd-huyen-b",
        "Ủy ban nhân dân huyện Lâm Giang",
        "Lam Giang District People's Committee",
        "district",
        2,
    ),
    ("thpt-chuyen", "Trường THPT chuyên tỉnh", "Provincial Specialised High School", "school", 1),
    ("cap-nuoc", "Công ty Cấp nước tỉnh", "Provincial Water Supply Company", "enterprise", 3),
)


def _habit(always: bool, missed: float) -> Cadence:
    """What two weeks taught of a machine that never pauses, or of one used in office hours."""
    busy = [1.0 if always else 0.4 * (h < 120 and 8 <= h % 24 < 17) for h in range(HOURS)]
    return Cadence([240.0] * HOURS, [240.0 * share for share in busy], missed=missed)


def rule(
    number: int, severity: Severity, vi: str, en: str, tags: tuple[str, ...], correlation: bool = False
) -> RuleInfo:
    return RuleInfo(
        id=f"0000000{number}-aaaa-4bbb-8ccc-000000000000",
        title=en,
        severity=severity,
        tags=tags,
        description=f"{en}: what attackers do early.",
        falsepositives=("Backup software of the agency",),
        correlation=correlation,
        texts={
            "vi": {
                "title": vi,
                "description": f"{vi}: dấu hiệu thường thấy ở giai đoạn đầu của cuộc tấn công.",
                "advice": "Ngắt máy khỏi mạng nhưng không tắt máy.\nĐổi mật khẩu của tài khoản liên quan.\nBáo Trung tâm trong 24 giờ.",
            },
            "en": {
                "title": en,
                "description": f"{en}: what attackers often do early.",
                "advice": "Take the machine off the network, but leave it on.\nChange the password of the account.\nTell the centre within 24 hours.",
            },
        },
    )


RULES = (
    rule(
        1,
        Severity.CRITICAL,
        "Xóa bản sao ổ đĩa trước khi mã hóa tống tiền",
        "Shadow copies deleted before ransomware",
        ("attack.impact", "attack.t1490"),
    ),
    rule(
        2,
        Severity.HIGH,
        "Macro của Office chạy PowerShell ẩn",
        "Office macro starts a hidden PowerShell",
        ("attack.execution", "attack.t1059.001"),
    ),
    rule(
        3,
        Severity.HIGH,
        "Dò mật khẩu nhiều tài khoản từ một địa chỉ",
        "Password spraying from one address",
        ("attack.credential-access", "attack.t1110.003"),
        True,
    ),
    rule(
        4,
        Severity.MEDIUM,
        "Công cụ điều khiển từ xa mới xuất hiện",
        "Remote tool seen for the first time",
        ("attack.command-and-control", "attack.t1219"),
    ),
    rule(
        5,
        Severity.LOW,
        "Nhật ký Windows bị xóa",
        "Windows event log cleared",
        ("attack.defense-evasion", "attack.t1070.001"),
    ),
    rule(
        6,
        Severity.INFORMATIONAL,
        "Quét cổng nội bộ",
        "Internal port scan",
        ("attack.discovery", "attack.t1046"),
    ),
)


def event(
    agency: str, source: str, host: str, time_us: int, fields: dict[str, object], number: int, **more: object
) -> Event:
    raw = str(more.pop("raw", "")) or "; ".join(f"{k}={v}" for k, v in fields.items())
    name = hashlib.blake2b(f"{agency}{host}{time_us}{number}".encode(), digest_size=16).hexdigest()
    return Event(
        fields=dict(fields),
        logsource=LogSource("windows", "sysmon", ("process_creation",)),
        time_us=time_us,
        host=host,
        format="winlogbeat",
        raw=raw,
        id=name,
        agency=agency,
        source=source,
        received_us=time_us + 400_000,
        offset=number,
        class_uid=1007,
    )


def province_events(now_us: int) -> list[Event]:
    """About 300 events of the last six hours."""
    made = []
    for number in range(280):
        agency = AGENCIES[number % len(AGENCIES)][0]
        made.append(
            event(
                agency,
                f"{agency}-windows",
                f"PC-{number % 23:02}",
                now_us - 6 * HOUR + number * 75_000_000 + (number % 7) * MINUTE,
                {
                    "EventID": 1,
                    "Image": r"C:\Windows\System32\svchost.exe"
                    if number % 3
                    else r"C:\Program Files\Office\WINWORD.EXE",
                    "CommandLine": f"svchost.exe -k netsvcs -p {number}",
                    "User": ("TINH\\nguyen.an", "TINH\\le.binh", "NT AUTHORITY\\SYSTEM")[number % 3],
                    "ParentImage": r"C:\Windows\System32\services.exe",
                },
                number,
            )
        )
    return made


def attack_events(now_us: int) -> list[tuple[Event, RuleInfo, dict[str, object]]]:
    """Events that rules match, with what made them match; two of them hostile."""
    cases: list[tuple[Event, RuleInfo, dict[str, object]]] = []
    for number, (agency, host, which, minutes) in enumerate(
        (
            ("ubnd-huyen-a", "PC-VANTHU", 1, 95),
            ("benh-vien-tinh", "BV-KETOAN-02", 1, 62),
            ("so-y-te", "SYT-PC-14", 1, 41),
            ("benh-vien-tinh", "BV-MAYCHU-01", 0, 12),
            ("so-tai-chinh", "DC01", 2, 33),
            ("cap-nuoc", "SCADA-VIEW", 3, 180),
            ("so-gd-dt", "GD-WEB01", 4, 220),
            ("ubnd-huyen-b", "PC-07", 5, 300),
        )
    ):
        command = (
            "vssadmin.exe delete shadows /all /quiet"
            if which == 0
            else "powershell.exe -nop -w hidden -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQA"
        )
        made = event(
            agency,
            f"{agency}-windows",
            host,
            now_us - minutes * MINUTE,
            {
                "EventID": 1,
                "Image": r"C:\Windows\System32\vssadmin.exe"
                if which == 0
                else r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe",
                "CommandLine": command,
                "ParentImage": r"C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE",
                "User": "TINH\\tran.hoa",
                "DestinationIp": "203.0.113.66",
                "Hashes": "SHA256=9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08",
            },
            1000 + number,
        )
        cases.append(
            (made, RULES[which], {"CommandLine": command, "ParentImage": made.fields["ParentImage"]})
        )
    hostile = event(
        "so-y-te",
        "so-y-te-windows",
        "PC-" + XSS[:40],
        now_us - 20 * MINUTE,
        {
            "EventID": 1,
            "Image": "C:\\Users\\Public\\" + BIDI,
            "CommandLine": XSS,
            "User": FORMULA,
            XSS: "a field name can be hostile, too",
            "ParentImage": "C:\\Windows\\explorer.exe",
        },
        2000,
        raw=f"{XSS}\n{BIDI}\n{FORMULA}",
    )
    cases.append((hostile, RULES[1], {"CommandLine": XSS, XSS: "x", "Image": BIDI}))
    return cases


def fill(state: State, store: EventStore | None, now_us: int) -> None:
    """Write everything. Idempotent it is not: use it on an empty state."""
    hashed = hash_password(PASSWORD)
    attacks = attack_events(now_us)
    if store is not None:
        store.insert([*province_events(now_us), *(one for one, _rule, _matched in attacks)])
    agencies = tuple(
        Agency(
            i,
            vi,
            en,
            kind,
            "12 đường Trần Hưng Đạo",
            (Contact("Nguyễn Văn An", "CNTT", "0912 000 000", f"cntt@{i}.example"),),
        )
        for i, vi, en, kind, _level in AGENCIES
    )
    systems = (
        *tuple(
            InformationSystem(f"{i}-noi-bo", i, "Mạng nội bộ", "Internal network", level)
            for i, _v, _e, _k, level in AGENCIES
        ),
        InformationSystem(
            "his",
            "benh-vien-tinh",
            "Hệ thống quản lý bệnh viện (HIS)",
            "Hospital information system (HIS)",
            3,
        ),
    )
    sources = tuple(
        LogSourceEntry(f"{i}-windows", i, f"Windows · {vi}", "windows", "elastic_bulk", f"{i}-noi-bo")
        for i, vi, _e, _k, _l in AGENCIES
    ) + tuple(
        LogSourceEntry(f"{i}-fw", i, "Tường lửa", "firewall", "syslog", f"{i}-noi-bo", (f"fw-{i}",))
        for i, _v, _e, _k, _l in AGENCIES[:5]
    )
    with state.write() as conn:
        register.save_centre_profile(conn, CentreProfile(place_vi="Sơn Hà", place_en="Son Ha"))
        register.load_register(conn, Register(agencies, systems, sources), now_us)
        for name, role, full, agency in (
            ("quan.tri", Role.ADMIN, "Phạm Quản Trị", ""),
            ("truong.trung.tam", Role.HEAD, "Lê Thị Trưởng", ""),
            ("an.tran", Role.ANALYST, "Trần Minh An", ""),
            ("cntt.benhvien", Role.AGENCY, "Nguyễn Văn Bình", "benh-vien-tinh"),
            ("cntt.soyte", Role.AGENCY, "Hoàng Thu Hà", "so-y-te"),
        ):
            users.create_user(
                conn, name, role, hashed, ADMIN, now_us, full_name=full, agency_id=agency, language="vi"
            )
        add_sightings(
            conn,
            [
                Sighting(
                    one.id,
                    one.agency,
                    now_us - 9 * HOUR,
                    now_us - {6: 3 * HOUR, 3: HOUR}.get(n, n * 1_000_000),
                    12_000 + n * 311,
                    11_900 + n * 311,
                    90,
                    10,
                    "no format recognises this record" if n == 2 else "",
                    now_us - HOUR,
                    skew_us=(300_000, -45_000_000, 7 * HOUR, None, 900_000_000)[n % 5],
                    future=3 if n == 1 else 0,
                )
                for n, one in enumerate(sources)
                if n != 9
            ],
        )
        save_cadences(
            conn,
            [
                SourceCadence(
                    one.id,
                    one.agency,
                    _habit(always=n % 3 == 0, missed=2.4 if n == 4 else 0.0),
                    now_us - 1_000_000,
                    now_us - 3 * HOUR if n == 6 else 0,
                )
                for n, one in enumerate(sources)
                if n not in (8, 9)
            ],
        )
        quarantine(
            conn,
            [
                Refused(
                    now_us - HOUR,
                    "so-y-te",
                    "so-y-te-windows",
                    "the record is longer than 1 MiB",
                    "offset 12, record 3",
                    XSS.encode() + b"\x00\xff",
                )
            ],
        )
        alerts.record_detections(
            conn,
            [
                Detection(
                    info,
                    one,
                    matched,
                    (one.id,) if not info.correlation else tuple(e.id for e, _r, _m in attacks[:3]),
                    {"IpAddress": "203.0.113.66"} if info.correlation else {},
                )
                for one, info, matched in attacks
            ],
            now_us - 5 * MINUTE,
        )
        queue = alerts.alerts(conn, alerts.AlertFilter(), None, limit=50)
        macro = [one.id for one in queue if one.rule.id == RULES[1].id and one.agency != "so-y-te"]
        alerts.assign(conn, macro[0], "an.tran", ANALYST, now_us)
        low = next(one.id for one in queue if one.severity == Severity.INFORMATIONAL)
        alerts.close(
            conn, low, Disposition.BENIGN, "Quét định kỳ của chính đơn vị, theo lịch đã báo.", ANALYST, now_us
        )
        proposal = incidents.propose_incident(conn, macro, "vi")
        case = incidents.create_incident(conn, macro, proposal, ANALYST, now_us - 4 * MINUTE)
        incidents.add_note(
            conn,
            case.id,
            "note",
            "Đã gọi văn thư huyện: có mở tệp đính kèm lúc sáng.",
            ANALYST,
            now_us - 3 * MINUTE,
        )
        incidents.edit_incident(
            conn,
            case.id,
            incidents.IncidentEdit(
                serious=True,
                personal_data=True,
                summary="Thư lừa đảo gửi tới văn thư huyện, lan sang bệnh viện.",
            ),
            ANALYST,
            now_us,
        )
        draft = bulletins.draft_bulletin(conn, case.id, ANALYST, now_us - 2 * MINUTE)
        bulletins.approve_bulletin(conn, draft.id, HEAD, now_us - MINUTE)
        bulletins.publish_bulletin(conn, draft.id, [i for i, *_rest in AGENCIES[:5]], HEAD, now_us - MINUTE)
        deliveries.mark_read(conn, draft.id, "so-tai-chinh", Actor("x"), now_us)
        deliveries.confirm(
            conn,
            draft.id,
            "so-tai-chinh",
            Finding.NOT_HIT,
            "Đã rà soát 40 máy, không thấy dấu hiệu.",
            [0],
            Actor("x"),
            now_us,
        )
        bulletins.draft_bulletin(conn, case.id, ANALYST, now_us)
        hunt = hunts.save_hunt(
            conn, "Máy lạ " + XSS[:40], "process:vssadmin.exe", "hunt: " + XSS[:40], 0, ANALYST, now_us - HOUR
        )
        hunts.ran(conn, hunt, now_us, 3, tuple(one.id for one, _rule, _matched in attacks[:3]), "", now_us)
