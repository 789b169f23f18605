"""What the version resources of well-known Windows programs say, as Sysmon logs it."""

from hashlib import md5, sha256

MICROSOFT = ("Microsoft® Windows® Operating System", "Microsoft Corporation")
# base name → original file name, description
ORIGINAL: dict[str, tuple[str, str]] = {
    "powershell.exe": ("PowerShell.EXE", "Windows PowerShell"),
    "cmd.exe": ("Cmd.Exe", "Windows Command Processor"),
    "rundll32.exe": ("RUNDLL32.EXE", "Windows host process (Rundll32)"),
    "reg.exe": ("reg.exe", "Registry Console Tool"),
    "net.exe": ("net.exe", "Net Command"),
    "net1.exe": ("net1.exe", "Net Command"),
    "whoami.exe": ("whoami.exe", "whoami - displays logged on user information"),
    "nltest.exe": ("nltestrk.exe", "Microsoft® Logon Server Test Utility"),
    "schtasks.exe": ("schtasks.exe", "Task Scheduler Configuration Tool"),
    "vssadmin.exe": ("VSSADMIN.EXE", "Command Line Interface for Microsoft® Volume Shadow Copy Service"),
    "wevtutil.exe": ("wevtutil.exe", "Eventing Command Line Utility"),
    "systeminfo.exe": ("sysinfo.exe", "Displays system information"),
    "winword.exe": ("WinWord.exe", "Microsoft Word"),
    "excel.exe": ("Excel.exe", "Microsoft Excel"),
    "outlook.exe": ("Outlook.exe", "Microsoft Outlook"),
    "svchost.exe": ("svchost.exe", "Host Process for Windows Services"),
    "explorer.exe": ("EXPLORER.EXE", "Windows Explorer"),
    "taskhostw.exe": ("taskhostw.exe", "Host Process for Windows Tasks"),
    "chrome.exe": ("chrome.exe", "Google Chrome"),
    "msedge.exe": ("msedge.exe", "Microsoft Edge"),
    "rclone.exe": ("rclone.exe", "Rsync for cloud storage"),
    "7z.exe": ("7z.exe", "7-Zip Console"),
    "psexesvc.exe": ("psexesvc.exe", "PsExec Service"),
    "psexec.exe": ("psexec.c", "Execute processes remotely"),
}
COMPANIES: dict[str, tuple[str, str]] = {
    "chrome.exe": ("Google Chrome", "Google LLC"),
    "rclone.exe": ("Rclone", "https://rclone.org"),
    "7z.exe": ("7-Zip", "Igor Pavlov"),
    "psexesvc.exe": ("Sysinternals PsExec", "Sysinternals"),
    "psexec.exe": ("Sysinternals PsExec", "Sysinternals - www.sysinternals.com"),
}


def base_name(image: str) -> str:
    """The file's name, lower-case."""
    return image.rsplit("\\", 1)[-1].lower()


def version_resource(image: str) -> dict[str, str]:
    """Sysmon's fields of the file's version resource."""
    base = base_name(image)
    known = ORIGINAL.get(base)
    if known is None and "\\windows\\" not in image.lower():
        return dict.fromkeys(("FileVersion", "Description", "Product", "Company", "OriginalFileName"), "-")
    original, description = known or (image.rsplit("\\", 1)[-1], base.removesuffix(".exe"))
    product, company = COMPANIES.get(base, MICROSOFT)
    return {
        "FileVersion": "10.0.19041.3636",
        "Description": description,
        "Product": product,
        "Company": company,
        "OriginalFileName": original,
    }


def hashes(image: str) -> str:
    """Sysmon's `Hashes`, invented but the same for the same image."""
    name = image.lower().encode()
    weak = md5(name, usedforsecurity=False).hexdigest().upper()
    return f"MD5={weak},SHA256={sha256(name).hexdigest().upper()}"
