"""How common a literal is in quiet logs: an estimate that only orders anchors, never decides a match.

Measured against a handful of ordinary values per field, with a prior that falls with the literal's length.
"""

import re
from functools import lru_cache

_CLASS = re.compile(r"\[[^\]]*\]|\\.")
_PLAIN = re.compile(r"[A-Za-z0-9_ -]+")
_PATHS = (
    r"c:\windows\system32\svchost.exe", r"c:\windows\system32\cmd.exe", r"c:\windows\explorer.exe",
    r"c:\windows\system32\windowspowershell\v1.0\powershell.exe", r"c:\windows\system32\services.exe",
    r"c:\windows\system32\rundll32.exe", r"c:\windows\system32\conhost.exe", r"c:\windows\syswow64\msiexec.exe",
    r"c:\windows\system32\taskhostw.exe", r"c:\windows\system32\lsass.exe", r"c:\windows\system32\wbem\wmiprvse.exe",
    r"c:\program files\google\chrome\application\chrome.exe", r"c:\windows\system32\backgroundtaskhost.exe",
    r"c:\program files (x86)\microsoft\edge\application\msedge.exe", r"c:\windows\system32\dllhost.exe",
    r"c:\program files\microsoft office\root\office16\winword.exe", r"c:\windows\system32\searchindexer.exe",
    r"c:\programdata\microsoft\windows defender\platform\4.18\msmpeng.exe", r"c:\windows\system32\reg.exe",
    r"c:\users\an.nv\appdata\local\microsoft\onedrive\onedrive.exe", "system", r"c:\windows\system32\net.exe",
    r"c:\users\an.nv\appdata\local\microsoft\teams\current\teams.exe", r"c:\windows\system32\sc.exe",
    "/usr/bin/bash", "/usr/sbin/sshd", "/usr/bin/python3", "/bin/sh", "/usr/bin/curl", "/usr/sbin/cron",
)  # fmt: skip
_COMMANDS = (
    r"c:\windows\system32\svchost.exe -k netsvcs -p -s schedule", r'"c:\windows\system32\cmd.exe" /c dir',
    r"c:\windows\system32\wbem\wmiprvse.exe -secured -embedding", r"\??\c:\windows\system32\conhost.exe 0xffffffff",
    r'"c:\program files\google\chrome\application\chrome.exe" --type=renderer --lang=en-us', "taskhostw.exe",
    r"powershell.exe -noprofile -executionpolicy bypass -file c:\scripts\backup.ps1", "net use", "sc query",
    r'"c:\program files (x86)\microsoft\edge\application\msedge.exe" --no-startup-window https://www.google.com/',
    r"rundll32.exe c:\windows\system32\shell32.dll,control_rundll", "ls -la /var/log", "python3 /opt/app/main.py",
    r"c:\windows\system32\reg.exe query hklm\software\microsoft\windows\currentversion /v programfilesdir",
    r"c:\windows\system32\dllhost.exe /processid:{ab8902b4-09ca-4bb6-b78d-a8f59079a8d5}", "/bin/sh -c run-parts",
    r'"c:\program files\microsoft office\root\office16\winword.exe" /n "c:\users\an.nv\documents\bao cao.docx"',
)  # fmt: skip
_REGISTRY = (
    r"hklm\system\currentcontrolset\services\bam\state\usersettings\s-1-5-21-1004336348-1177238915-682003330-512",
    r"hku\s-1-5-21-1004\software\microsoft\windows\currentversion\explorer\userassist\{cebff5cd}\count",
    r"hklm\software\microsoft\windows\currentversion\run\onedrive", r"hklm\software\microsoft\windows nt\currentversion",
    r"hklm\system\currentcontrolset\control\deviceclasses", r"hklm\software\policies\microsoft\windows defender",
    r"hku\s-1-5-21-1004_classes\local settings\software\microsoft\windows\shell\muicache",
    r"hklm\software\classes\clsid\{0}\inprocserver32\(default)", r"hklm\software\wow6432node\microsoft",
)  # fmt: skip
_FILES = (
    r"c:\users\an.nv\appdata\local\temp\tmp1234.tmp", r"c:\windows\temp\mso.dat", r"c:\windows\prefetch\cmd.exe-1.pf",
    r"c:\users\an.nv\appdata\roaming\microsoft\windows\recent\bao cao.lnk", r"c:\programdata\microsoft\crypto\rsa\key",
    r"c:\users\an.nv\downloads\hoa don.zip", r"c:\users\an.nv\documents\bao cao.docx", "/var/lib/x", "/etc/passwd",
    r"c:\windows\system32\config\systemprofile\appdata\local\microsoft\windows\x.dat", r"c:\windows\system32\a.dll",
    r"c:\program files\app\app.exe", r"c:\windows\system32\ntdll.dll", r"c:\windows\system32\kernel32.dll",
)  # fmt: skip
_WORDS = (
    "true", "false", "-", "", "0", "1", "2", "3", "5", "10", "high", "medium", "system", "security", "0x0", "443", "80",
    "53", "tcp", "udp", "get", "post", "200", "404", "microsoft corporation", "microsoft® windows® operating system",
    "nt authority\\system", "127.0.0.1", "192.168.1.10", "10.0.0.5", "administrator", "kerberos", "ntlm", "negotiate",
    "createkey", "setvalue", "deletevalue", "%%1538", "%%4416", "0x1", "0x10", "file", "key", "a", "ipc$", "success",
    "dword (0x00000001)", "dword (0x00000000)", "binary data", "cmd.exe", "powershell.exe", "svchost.exe",
)  # fmt: skip
_CALLS = (
    r"c:\windows\system32\ntdll.dll+9d4c4|c:\windows\system32\kernelbase.dll+2c13e|c:\windows\system32\kernel32.dll+1",
    r"c:\windows\system32\ntdll.dll+4e1a3|c:\windows\system32\rpcrt4.dll+77de3|unknown(00000000)",
)
_BY_FIELD = {
    "Image": _PATHS, "ParentImage": _PATHS, "SourceImage": _PATHS, "TargetImage": _PATHS, "ProcessName": _PATHS,
    "NewProcessName": _PATHS, "CommandLine": _COMMANDS, "ParentCommandLine": _COMMANDS,
    "TargetObject": _REGISTRY, "ObjectName": _REGISTRY + _FILES, "TargetFilename": _FILES, "ImageLoaded": _FILES,
    "CallTrace": _CALLS,
    "OriginalFileName": (
        "cmd.exe", "powershell.exe", "svchost.exe", "net.exe", "reg.exe", "rundll32.exe", "conhost.exe", "chrome.exe",
        "explorer.exe", "taskhostw.exe", "msedge.exe", "sc.exe", "-", "ping.exe", "wmic.exe", "winword.exe",
    ),
    "IntegrityLevel": ("system", "medium", "high", "s-1-16-8192", "s-1-16-12288", "s-1-16-16384", "low"),
    "User": ("nt authority\\system", "nt authority\\network service", "tinh\\an.nv", "-", "dc01$", "nt authority\\system"),
    "SubjectUserSid": ("s-1-5-18", "s-1-5-21-1004336348-1177238915-682003330-512", "s-1-0-0", "s-1-5-20"),
    "TargetUserSid": ("s-1-5-18", "s-1-5-21-1004336348-1177238915-682003330-512", "s-1-0-0", "s-1-5-20"),
    "SubjectUserName": ("-", "dc01$", "system", "an.nv", "administrator", "pc-01$"),
    "TargetUserName": ("-", "dc01$", "system", "an.nv", "administrator", "pc-01$"),
    "LogonId": ("0x3e7", "0x3e7", "0x12f3b", "0x3e4"), "SubjectLogonId": ("0x3e7", "0x3e7", "0x12f3b", "0x0"),
    "LogonType": ("3", "3", "5", "2", "10", "7"), "Initiated": ("true", "true", "false"), "Protocol": ("tcp", "udp"),
    "ObjectType": ("key", "file", "process", "key", "sam_domain", "-"), "ObjectServer": ("security", "ds", "sc manager"),
    "AccessMask": ("0x1", "0x2", "0x10", "0x100", "0x20019", "0x1f0fff", "0x12019f"),
    "GrantedAccess": ("0x1000", "0x1400", "0x1fffff", "0x1410", "0x40", "0x1f3fff", "0x1010", "0x3000"),
    "SignatureStatus": ("valid", "valid", "valid", "unavailable", "-"), "Signed": ("true", "true", "false"),
    "EventType": ("setvalue", "createkey", "deletevalue", "deletekey"), "Details": ("dword (0x00000001)", "-", "1"),
    "DestinationPort": ("443", "80", "53", "445", "389", "3389", "22"), "dst_port": ("443", "80", "53", "445", "22"),
    "QueryName": ("www.google.com", "dc01.tinh.gov.vn", "wpad", "login.microsoftonline.com", "update.example.com"),
    "query": ("www.google.com", "dc01.tinh.gov.vn", "wpad", "login.microsoftonline.com", "update.example.com"),
    "QueryResults": ("::ffff:10.0.0.1;", "type: 5 www.example.com;::ffff:142.250.1.1;", "-"),
    "cs-method": ("get", "get", "get", "post", "head"), "sc-status": ("200", "200", "304", "404", "301", "302"),
    "cs-uri-stem": ("/", "/index.html", "/api/v1/items", "/login", "/assets/app.js", "/images/logo.png"),
    "cs-uri-query": ("-", "id=1", "page=2&lang=vi", "v=20250101"), "c-uri": ("http://www.example.com/", "/index.html"),
    "action": ("accept", "close", "allow", "deny", "forward", "pass"), "blocked": ("false", "true"),
    "TicketOptions": ("0x40810000", "0x40810010", "0x60810010"), "TicketEncryptionType": ("0x12", "0x11", "0x17"),
    "Status": ("0x0", "0xc000006d", "0x6"), "AuthenticationPackageName": ("kerberos", "ntlm", "negotiate"),
    "LogonProcessName": ("kerberos", "ntlmssp", "advapi", "user32"), "ShareName": (r"\\*\ipc$", r"\\*\sysvol", r"\\*\c$"),
    "RelativeTargetName": ("desktop.ini", "srvsvc", "lsarpc", r"tinh.gov.vn\policies\{31b2f340}\gpt.ini", "netlogon"),
    "Company": ("microsoft corporation", "microsoft corporation", "google llc", "-"),
    "Description": ("windows command processor", "host process for windows services", "google chrome", "-", "console"),
    "Product": ("microsoft® windows® operating system", "microsoft® windows® operating system", "google chrome", "-"),
    "CurrentDirectory": ("c:\\windows\\system32\\", "c:\\users\\an.nv\\", "c:\\program files\\"),
}  # fmt: skip
_ALL = tuple(dict.fromkeys(_PATHS + _COMMANDS + _REGISTRY + _FILES + _WORDS))


@lru_cache(maxsize=200_000)
def share(field: str, kind: str, literal: str) -> float:
    """Expected share (0 to about 1) of the field's values that hit the literal."""
    if kind == "regex":
        # Told by its longest run of plain letters, outside classes of characters.
        runs = _PLAIN.findall(_CLASS.sub(" ", literal))
        return 0.05 if max(map(len, runs), default=0) >= 4 else 0.4
    corpus = _BY_FIELD.get(field, _ALL)
    if kind == "number":
        hits = sum(literal == text for text in corpus)
        prior = 0.02
    elif kind == "exact":
        hits = sum(literal == text for text in corpus)
        prior = 0.002
    elif kind == "starts":
        hits = sum(text.startswith(literal) for text in corpus)
        prior = 0.5 ** min(len(literal), 12)
    elif kind == "ends":
        hits = sum(text.endswith(literal) for text in corpus)
        prior = 0.5 ** min(len(literal), 12)
    else:
        hits = sum(literal in text for text in corpus)
        prior = min(1.0, 2 * 0.4 ** min(len(literal), 12))
    return hits / len(corpus) + prior
