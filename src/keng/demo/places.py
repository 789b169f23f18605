"""Fills the places of a scenario's texts: `{user}`, `{document}`, `{n}` …

A place is a name of lower-case letters, digits and underscores in braces; other braces stay as they are, so
that PowerShell and JSON can be written without escapes. Values may hold places themselves, 4 deep.
"""

import re
from functools import lru_cache
from random import Random

from keng.demo.fleet import Host, Person

PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
MAX_DEPTH = 4
Values = dict[str, str | list[str]]

# Places that every text may use, beside the scenario's own values.
BUILT_IN = frozenset(
    [
        "user",
        "fullname",
        "profile",
        "host",
        "fqdn",
        "ip",
        "net",
        "domain",
        "netbios",
        "client",
        "n",
        "hex8",
        "hex32",
        "b32",
        "number",
        "port",
        "pid",
    ]
)


@lru_cache(maxsize=8192)
def split(text: str) -> tuple[str, ...]:
    """The text cut at its places: even items are plain, odd items are names."""
    return tuple(PLACE.split(text))


def places_of(text: str) -> tuple[str, ...]:
    """Names of the places in a text."""
    return split(text)[1::2]


class Filler:
    """Fills texts for one host and one person; `n` is the number of the repetition.

    Random choices come from the given generator only, so that the same seed gives the same text.
    """

    __slots__ = ("host", "n", "person", "random", "values")

    def __init__(self, host: Host, person: Person, random: Random, values: Values, n: int = 0) -> None:
        self.host = host
        self.person = person
        self.random = random
        self.values = values
        self.n = n

    def fill(self, text: str, depth: int = 0) -> str:
        """The text with its places filled; an unknown place stays as it is."""
        if "{" not in text or depth > MAX_DEPTH:
            return text
        parts = list(split(text))
        for at in range(1, len(parts), 2):
            parts[at] = self._value(parts[at], depth)
        return "".join(parts)

    def _value(self, name: str, depth: int) -> str:
        value = self.values.get(name)
        if value is not None:
            return self.fill(value if isinstance(value, str) else self.random.choice(value), depth + 1)
        return self._built_in(name)

    def _built_in(self, name: str) -> str:
        host, person, random = self.host, self.person, self.random
        match name:
            case "user":
                return person.account
            case "fullname":
                return person.name
            case "profile":
                return f"C:\\Users\\{person.name}"
            case "host":
                return host.name
            case "fqdn":
                return host.fqdn
            case "ip":
                return host.ip
            case "net":
                return ".".join(host.ip.split(".")[:2])
            case "domain":
                return host.domain
            case "netbios":
                return host.netbios
            case "client":
                return f"{'.'.join(host.ip.split('.')[:2])}.4.{random.randrange(11, 90)}"
            case "n":
                return str(self.n)
            case "hex8":
                return f"{random.getrandbits(32):08x}"
            case "hex32":
                return f"{random.getrandbits(128):032x}"
            case "b32":
                return "".join(random.choices("abcdefghijklmnopqrstuvwxyz234567", k=48))
            case "number":
                return str(random.randrange(1000, 99999))
            case "port":
                return str(random.randrange(49152, 65535))
            case "pid":
                return str(random.randrange(300, 32000))
            case _:
                return "{" + name + "}"
