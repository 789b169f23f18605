"""The data of a Security event out of its rendered English text, for shippers that keep nothing else.

    An account failed to log on.  Subject:  Security ID:  S-1-0-0 … Network Information:  Source Network Address:  10.0.0.7

Lines, or all in one line (Snare). What a label means depends on the part of the text that it stands in.
"""

import re

_LONGEST = 32_768
_SUBJECT = {
    "Security ID": "SubjectUserSid", "Account Name": "SubjectUserName", "Account Domain": "SubjectDomainName",
    "Logon ID": "SubjectLogonId",
}  # fmt: skip
_TARGET = {
    "Security ID": "TargetUserSid", "Account Name": "TargetUserName", "Account Domain": "TargetDomainName",
    "Logon ID": "TargetLogonId", "Logon GUID": "LogonGuid", "Linked Logon ID": "TargetLinkedLogonId",
}  # fmt: skip
_GROUP = {
    "Security ID": "TargetSid",
    "Group Name": "TargetUserName",
    "Account Name": "TargetUserName",
    "Group Domain": "TargetDomainName",
}
_MEMBER = {"Security ID": "MemberSid", "Account Name": "MemberName"}
_PARTS: dict[str, dict[str, str]] = {
    "Subject": _SUBJECT, "Creator Subject": _SUBJECT, "Target Subject": _TARGET, "New Logon": _TARGET,
    "Account For Which Logon Failed": _TARGET, "Account Whose Credentials Were Used": _TARGET, "Account Information": _TARGET,
    "Target Account": _TARGET, "New Account": _TARGET, "User": _TARGET, "Account That Was Locked Out": _TARGET,
    "Group": _GROUP, "New Group": _GROUP, "Deleted Group": _GROUP, "Member": _MEMBER,
    "Target Server": {"Target Server Name": "TargetServerName", "Additional Information": "TargetInfo"},
    "Process Information": {}, "Network Information": {}, "Logon Information": {}, "Failure Information": {},
    "Detailed Authentication Information": {}, "Service Information": {}, "Additional Information": {}, "Object": {},
    "Access Request Information": {}, "Share Information": {}, "Task Information": {}, "Attributes": {},
    "Application Information": {}, "Filter Information": {}, "Ticket Information": {}, "Audit Policy Change": {},
}  # fmt: skip
_LABELS = {
    "New Process ID": "NewProcessId", "New Process Name": "NewProcessName", "Token Elevation Type": "TokenElevationType",
    "Mandatory Label": "MandatoryLabel", "Creator Process ID": "ProcessId", "Creator Process Name": "ParentProcessName",
    "Process Command Line": "CommandLine", "Process ID": "ProcessId", "Process Name": "ProcessName",
    "Caller Process ID": "ProcessId", "Caller Process Name": "ProcessName", "Workstation Name": "WorkstationName",
    "Source Network Address": "IpAddress", "Network Address": "IpAddress", "Client Address": "IpAddress",
    "Source Address": "IpAddress", "Source Port": "IpPort", "Client Port": "IpPort", "Port": "IpPort",
    "Logon Type": "LogonType", "Logon Process": "LogonProcessName", "Authentication Package": "AuthenticationPackageName",
    "Package Name (NTLM only)": "LmPackageName", "Key Length": "KeyLength", "Transited Services": "TransmittedServices",
    "Failure Reason": "FailureReason", "Status": "Status", "Sub Status": "SubStatus", "Restricted Admin Mode": "RestrictedAdminMode",
    "Elevated Token": "ElevatedToken", "Virtual Account": "VirtualAccount", "Impersonation Level": "ImpersonationLevel",
    "Service Name": "ServiceName", "Service ID": "ServiceSid", "Service File Name": "ServiceFileName",
    "Service Type": "ServiceType", "Service Start Type": "ServiceStartType", "Service Account": "ServiceAccount",
    "Task Name": "TaskName", "Task Content": "TaskContent", "Ticket Options": "TicketOptions", "Result Code": "Status",
    "Failure Code": "Status", "Ticket Encryption Type": "TicketEncryptionType", "Pre-Authentication Type": "PreAuthType",
    "Object Server": "ObjectServer", "Object Type": "ObjectType", "Object Name": "ObjectName", "Handle ID": "HandleId",
    "Access Mask": "AccessMask", "Accesses": "AccessList", "Share Name": "ShareName", "Share Path": "ShareLocalPath",
    "Relative Target Name": "RelativeTargetName", "Privileges": "PrivilegeList", "SAM Account Name": "SamAccountName",
    "User Account Control": "UserAccountControl", "Caller Computer Name": "TargetDomainName", "Logon Account": "TargetUserName",
    "Source Workstation": "Workstation", "Error Code": "Status", "Target Server Name": "TargetServerName",
    "Supplied Realm Name": "TargetDomainName", "User ID": "TargetSid",
}  # fmt: skip
_KNOWN = sorted({*_PARTS, *_LABELS, *_SUBJECT, *_TARGET, *_GROUP}, key=len, reverse=True)
_LABEL = re.compile(rf"(?:(?<=\s)|^)({'|'.join(map(re.escape, _KNOWN))}):(?=\s|$)")
_END = re.compile(r"\r?\n| {3}|\t{2}")
_MULTILINE = ("AccessList", "PrivilegeList", "TaskContent")


def data_of_message(message: str) -> dict[str, str]:
    """The values by the names that the event's XML has for them; empty where the text is in another language."""
    text = message[:_LONGEST]
    found: dict[str, str] = {}
    part: dict[str, str] = {}
    matches = list(_LABEL.finditer(text))
    for place, match in enumerate(matches):
        label = match[1]
        end = matches[place + 1].start() if place + 1 < len(matches) else len(text)
        value = text[match.end() : end].strip()
        if label in _PARTS and (not value or label not in _LABELS):
            if not value or label in _PARTS:
                part = _PARTS[label]
            continue
        name = part.get(label) or _LABELS.get(label)
        if name is None:
            continue
        if name not in _MULTILINE:
            value = _END.split(value, maxsplit=1)[0].strip()
        if value:
            found.setdefault(name, value)
    return found
