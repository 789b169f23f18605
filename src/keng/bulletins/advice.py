"""What to do about each ATT&CK tactic: steps in our own words. Pure.

Tactic names of v19 and older are taken ("stealth", "defense-impairment", "defense-evasion").
"""

from collections.abc import Callable, Iterable

from keng.i18n import _

Steps = Callable[[], tuple[str, ...]]

_STEPS: dict[str, Steps] = {
    "initial-access": lambda: (
        _("Find everyone who received the message or file, delete it from all mailboxes, and ask who opened it."),
    ),
    "execution": lambda: (
        _("Take the affected computers off the network; leave them switched on so that traces in memory remain."),
    ),
    "persistence": lambda: (
        _("Check services, scheduled tasks, start-up entries and new accounts; remove what nobody can explain."),
    ),
    "privilege-escalation": lambda: (_("Review who has administrator rights and take back what is not needed."),),
    "stealth": lambda: (_("Keep the logs of all affected computers safe at once: copy them to another place."),),
    "defense-impairment": lambda: (
        _("Check that antivirus and logging run on every computer, and switch them on again where they stopped."),
    ),
    "credential-access": lambda: (
        _("Change the passwords of all accounts used on the affected computers, administrators first."),
        _("Require a second factor for administrators and for access from outside."),
    ),
    "discovery": lambda: (_("Look for scans from the affected computers to others in your network."),),
    "lateral-movement": lambda: (
        _("Close remote desktop, SMB and remote administration between workstations; allow them from one place only."),
    ),
    "collection": lambda: (_("Check shared folders and mailboxes for mass reading and for new archive files."),),
    "command-and-control": lambda: (
        _("Block the addresses and domains listed below at firewall, proxy and DNS, and look for them in old logs."),
    ),
    "exfiltration": lambda: (
        _("Find out which data left: compare outgoing traffic of the affected computers with ordinary days."),
        _("If personal data may be affected, tell the centre at once: the law sets a deadline of 72 hours."),
    ),
    "impact": lambda: (
        _("Disconnect backups from the network now, and check that one of them can be restored."),
        _("Do not pay and do not answer the attacker; do not delete encrypted files."),
    ),
}  # fmt: skip
_OLD_NAMES = {"defense-evasion": ("stealth", "defense-impairment")}


def tactics_of(tags: Iterable[str]) -> tuple[str, ...]:
    """The tactics among Sigma tags ("attack.credential-access"), in the order of an attack."""
    found: set[str] = set()
    for tag in tags:
        name = tag.lower().removeprefix("attack.").replace("_", "-")
        found.update(_OLD_NAMES.get(name, (name,)))
    return tuple(name for name in _STEPS if name in found)


def steps(tactics: Iterable[str]) -> tuple[str, ...]:
    """The steps of these tactics in the current language."""
    return tuple(step for name in tactics for step in _STEPS[name]())


def last_steps() -> tuple[str, ...]:
    """What every bulletin ends with, in the current language."""
    return (
        _("Search your systems for the signs listed below, also in the past 30 days."),
        _("Confirm this bulletin in Kẻng: hit, not hit, or cannot tell. If hit, report at once."),
    )


TACTICS = tuple(_STEPS)
