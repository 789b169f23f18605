"""The register: agencies, their information systems, and the log sources that each sends from."""

import msgspec

MAX_LEVEL = 5


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A point of contact (đầu mối liên hệ) of an agency."""

    name: str
    role: str = ""
    phone: str = ""
    email: str = ""


class Agency(msgspec.Struct, frozen=True):
    """A body that owns systems and receives warnings.

    id: lower-case slug, stable ("benh-vien-tinh"). kind: "hospital", "department", "district", "commune",
    "school", "enterprise", "centre" or another word of the register's author.
    """

    id: str
    name_vi: str
    name_en: str
    kind: str = ""
    address: str = ""
    contacts: tuple[Contact, ...] = ()

    def name(self, language: str) -> str:
        """The name in "vi" or "en"; the other language where one is missing."""
        return (self.name_en or self.name_vi) if language == "en" else (self.name_vi or self.name_en)


class InformationSystem(msgspec.Struct, frozen=True):
    """An information system of an agency, with its legal level of security 1 to 5."""

    id: str
    agency: str
    name_vi: str
    name_en: str
    level: int
    description: str = ""

    def name(self, language: str) -> str:
        """The name in "vi" or "en"; the other language where one is missing."""
        return (self.name_en or self.name_vi) if language == "en" else (self.name_vi or self.name_en)


class LogSourceEntry(msgspec.Struct, frozen=True):
    """A log source of the register (not `model.event.LogSource`, which is Sigma's taxonomy).

    kind: what sends ("windows", "firewall", "zeek", …), free. transport: "elastic_bulk", "splunk_hec", "otlp",
    "syslog", "syslog_tls", "lines" or "netflow". hostnames, addresses: what it sends from, where no token and no
    certificate says it (host names lower-case; addresses, CIDR networks, or "unix:/path" of a socket).
    enabled: a disabled source is refused at the receivers. time_zone: where its clock hangs, for times that name no
    zone ("Asia/Ho_Chi_Minh", "UTC", "+07:00"); "" for the centre's own.
    """

    id: str
    agency: str
    name: str
    kind: str = ""
    transport: str = "elastic_bulk"
    system: str = ""
    hostnames: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    enabled: bool = True
    time_zone: str = ""


class Register(msgspec.Struct, frozen=True):
    """The whole register, as a register file holds it."""

    agencies: tuple[Agency, ...] = ()
    systems: tuple[InformationSystem, ...] = ()
    sources: tuple[LogSourceEntry, ...] = ()


class CentreProfile(msgspec.Struct, frozen=True):
    """What the centre's letters say about itself; kept in the state, edited by the administrator.

    superior_*: the body above it in a letter's heading; motto: whether the national heading is printed.
    """

    name_vi: str = "Trung tâm An ninh mạng tỉnh"
    name_en: str = "Provincial Cybersecurity Centre"
    superior_vi: str = "Công an tỉnh"
    superior_en: str = "Provincial Public Security"
    place_vi: str = ""
    place_en: str = ""
    short: str = "TTANM"
    country_vi: str = "Cộng hòa xã hội chủ nghĩa Việt Nam"
    country_en: str = "Socialist Republic of Viet Nam"
    motto_vi: str = "Độc lập - Tự do - Hạnh phúc"
    motto_en: str = "Independence - Freedom - Happiness"
    phone: str = ""
    email: str = ""
    address: str = ""
    timezone: str = "Asia/Ho_Chi_Minh"
    pack: str = "vn"

    def name(self, language: str) -> str:
        """The centre's name in "vi" or "en"."""
        return self.name_en if language == "en" else self.name_vi
