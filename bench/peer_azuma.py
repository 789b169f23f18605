"""azuma over a file of flat events; runs in the peers' own environment, see `bench.peers`.

`python bench/peer_azuma.py EVENTS.ndjson RULES…` prints one line of JSON. Every rule that it takes is asked about
every event; what is found is written as JSON lines.
"""

import json
import sys
import time
from pathlib import Path

import orjson
from azuma import Rule  # type: ignore[import-not-found, unused-ignore]


def main(events: str, folders: list[str]) -> None:
    """Ask all rules about all events, for half a minute at most."""
    rules, failed = [], 0
    for folder in folders:
        for path in sorted(Path(folder).rglob("*.yml")):
            try:
                rules.append(Rule.model_validate_file(path))
            except Exception:  # whatever a peer raises on a rule: it is not among its rules
                failed += 1
    lines = Path(events).read_bytes().splitlines()
    found = count = broken = 0
    started = time.process_time()
    with Path("/dev/null").open("wb") as out:
        for line in lines:
            event = orjson.loads(line)
            for rule in rules:
                try:
                    matches = rule.match(event)
                except Exception:  # as above
                    broken += 1
                    continue
                if matches:
                    found += 1
                    out.write(orjson.dumps({"rule": rule.id, "title": rule.title, "event": event}) + b"\n")
            count += 1
            if time.process_time() - started > 30:
                break
    seconds = time.process_time() - started
    print(
        json.dumps(
            {
                "events": count,
                "seconds": seconds,
                "rules": len(rules),
                "not": failed,
                "found": found,
                "broken": broken,
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
