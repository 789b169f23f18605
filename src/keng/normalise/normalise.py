"""A record to an event: by its format to one file per product. Pure: no clock, no input.

Names that stay: every field keeps the name that Sigma gives it; where a source has both its own name and a
generic one (Zeek's `id.orig_h` and `src_ip`), the event has both.
"""

from collections.abc import Callable
from datetime import tzinfo
from functools import lru_cache
from typing import Any

from keng.model.event import Event
from keng.model.record import Record
from keng.normalise.antivirus import antivirus_parts
from keng.normalise.application import application_json_parts
from keng.normalise.auditd import auditd_parts
from keng.normalise.aws import aws_parts
from keng.normalise.azure import azure_parts
from keng.normalise.carried import CARRIED, carried_parts
from keng.normalise.cloud_proxy import cloud_proxy_parts
from keng.normalise.code_hosting import bitbucket_parts, github_parts, gitlab_parts
from keng.normalise.cut import MAX_FIELDS, cut
from keng.normalise.database import database_audit_parts, mysql_audit_parts, postgresql_json_parts
from keng.normalise.defender import defender_parts
from keng.normalise.ecs import ecs_parts
from keng.normalise.falco import falco_parts
from keng.normalise.gcp import gcp_parts, workspace_parts
from keng.normalise.identity import duo_parts, okta_parts, onelogin_parts
from keng.normalise.kubernetes import kubernetes_parts
from keng.normalise.laurel import laurel_parts
from keng.normalise.linux import syslog_parts
from keng.normalise.m365 import m365_parts
from keng.normalise.macos import esf_parts, unified_parts
from keng.normalise.netflow import netflow_parts
from keng.normalise.opencanary import opencanary_parts
from keng.normalise.osquery import osquery_parts
from keng.normalise.other import other_parts
from keng.normalise.parts import Parts
from keng.normalise.suricata import suricata_parts
from keng.normalise.web import web_parts
from keng.normalise.web_json import web_json_parts
from keng.normalise.when import epoch_us, in_zone
from keng.normalise.windows import windows_event
from keng.normalise.windows_flat import flat_parts
from keng.normalise.winlogbeat import winlogbeat_parts
from keng.normalise.zeek import zeek_parts

_EARLIEST_US = 946_684_800_000_000  # the year 2000
_PRODUCTS: dict[str, Callable[[dict[str, Any]], Parts | tuple[Any, ...]]] = {
    "evtx": windows_event,
    "windows_evtx": windows_event,
    "windows_winlogbeat": winlogbeat_parts,
    "windows_flat": flat_parts,
    "zeek_tsv": zeek_parts,
    "zeek_json": zeek_parts,
    "suricata_eve": suricata_parts,
    "web_access": web_parts,
    "aws_cloudtrail": aws_parts,
    "azure": azure_parts,
    "m365_audit": m365_parts,
    "gcp_audit": gcp_parts,
    "google_workspace": workspace_parts,
    "okta": okta_parts,
    "onelogin": onelogin_parts,
    "cisco_duo": duo_parts,
    "github_audit": github_parts,
    "bitbucket_audit": bitbucket_parts,
    "kubernetes_audit": kubernetes_parts,
    "opencanary": opencanary_parts,
    "macos_esf": esf_parts,
    "macos_unified": unified_parts,
    "osquery": osquery_parts,
    "mysql_audit": mysql_audit_parts,
    "netflow": netflow_parts,
    "ecs": ecs_parts,
    "web_json": web_json_parts,
    "postgresql_json": postgresql_json_parts,
    "application_json": application_json_parts,
    "defender_xdr": defender_parts,
    "laurel": laurel_parts,
    "falco": falco_parts,
    "database_audit": database_audit_parts,
    "cloud_proxy": cloud_proxy_parts,
    "gitlab_audit": gitlab_parts,
    "antivirus": antivirus_parts,
    "json": other_parts,
}


# By definition these write UTC where they write no zone; the others write what their machine's clock shows.
_ALWAYS_UTC = frozenset((
    "evtx", "windows_evtx", "windows_winlogbeat", "zeek_tsv", "zeek_json", "suricata_eve", "aws_cloudtrail", "azure",
    "m365_audit", "gcp_audit", "google_workspace", "okta", "onelogin", "cisco_duo", "github_audit", "bitbucket_audit",
    "kubernetes_audit", "macos_esf", "netflow", "ecs", "defender_xdr", "database_audit", "gitlab_audit", "cloud_proxy",
))  # fmt: skip


def to_event(record: Record, reference_us: int = 0, zone: tzinfo | None = None) -> Event:
    """The event of one record.

    reference_us: when the record was received, or its file last written (µs since the epoch). It tells the year
    of times that have none, and stands as the event's time where the record carries none.
    zone: where the clock of the machine hangs that wrote it, for times that name no zone; None for UTC.
    A record whose format has no product yields an event with `parsed=False` and its own fields.
    """
    name, product, parsed = _way(record.format)
    own = record.fields if len(record.fields) <= MAX_FIELDS else cut(record.fields)
    if product is not None:
        fields, logsource, time_us, host = product(own)
    elif name == "auditd":
        fields, logsource, time_us, host = auditd_parts(own, reference_us)
    elif name.startswith("syslog"):
        fields, logsource, time_us, host = syslog_parts(own, reference_us)
    elif name in CARRIED:
        fields, logsource, time_us, host = carried_parts(name, own, reference_us)
    else:
        fields, logsource, time_us, host = other_parts(own)
    if own is not record.fields or len(fields) > MAX_FIELDS + 1:
        fields = cut(fields, len(record.fields))
    if not time_us and "time" in own:
        # What the delivery says beside the entry (Splunk HEC), unless it is no date at all.
        given = epoch_us(own["time"])
        time_us = given if given >= _EARLIEST_US else 0
    if time_us.__class__ is not int:
        time_us = in_zone(time_us, None if name in _ALWAYS_UTC else zone)
    # By position: this is made for every record that ever comes.
    return Event(
        fields,
        logsource,
        time_us or reference_us,
        host,
        name,
        record.raw,
        "",
        "",
        "",
        reference_us,
        0,
        parsed,
    )


@lru_cache(maxsize=4096)
def _way(format_name: str) -> tuple[str, Callable[[dict[str, Any]], Parts | tuple[Any, ...]] | None, bool]:
    """The format's own name, its product, and whether anything knows it."""
    # After a blank stand the names of columns, for the record that follows.
    name = format_name.partition(" ")[0]
    product = _PRODUCTS.get(name)
    return name, product, product is not None or name in CARRIED or name.startswith(("syslog", "auditd"))
