"""ATT&CK tactics in their order, with the tags that Sigma uses for them (both before and after version 19)."""

TACTICS: tuple[str, ...] = (
    "reconnaissance",
    "resource-development",
    "initial-access",
    "execution",
    "persistence",
    "privilege-escalation",
    "defense-evasion",
    "stealth",
    "defense-impairment",
    "credential-access",
    "discovery",
    "lateral-movement",
    "collection",
    "command-and-control",
    "exfiltration",
    "impact",
)


def tactics_of(tags: tuple[str, ...]) -> list[str]:
    """The TACTICS that a rule's tags name."""
    names = (
        tag.lower().removeprefix("attack.").replace("_", "-")
        for tag in tags
        if tag.lower().startswith("attack.")
    )
    return list(dict.fromkeys(name for name in names if name in TACTICS))
