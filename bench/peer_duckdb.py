"""pySigma with its DuckDB backend over a file of flat events; runs in the peers' own environment, see `bench.peers`.

`python bench/peer_duckdb.py EVENTS.ndjson RULES…` prints one line of JSON. Every rule that can be converted is one
query; its rows are fetched and written as JSON lines, as a report would be. One thread.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import duckdb  # type: ignore[import-not-found, unused-ignore]
from sigma.collection import SigmaCollection  # type: ignore[import-not-found, unused-ignore]
from sigma.exceptions import SigmaError  # type: ignore[import-not-found, unused-ignore]
from sigma_backend_duckdb import DuckDBBackend  # type: ignore[import-not-found, unused-ignore]


def queries(folders: list[str]) -> tuple[list[str], int]:
    """One query a rule, and how many rules give none."""
    backend = DuckDBBackend()
    found, failed = [], 0
    for folder in folders:
        for path in sorted(Path(folder).rglob("*.yml")):
            try:
                found.extend(backend.convert(SigmaCollection.from_yaml(path.read_text("utf-8"))))
            except (SigmaError, NotImplementedError, ValueError, TypeError, AttributeError, KeyError):
                failed += 1
    return [str(query) for query in found], failed


def main(events: str, folders: list[str]) -> None:
    """Run every query over all events."""
    ready, failed = queries(folders)
    columns: dict[str, str] = {}  # by the name in lower case: DuckDB's columns have no case
    with Path(events).open("rb") as lines:
        for line in lines:
            for name in json.loads(line):
                columns.setdefault(name.lower(), name)
    database = duckdb.connect()
    database.execute("SET threads = 1")
    started = time.process_time()
    spec = ", ".join(f"'{name.replace(chr(39), chr(39) * 2)}': 'VARCHAR'" for name in columns.values())
    database.execute(
        f"CREATE TABLE logs AS SELECT * FROM read_json(?, format = 'newline_delimited', columns = {{{spec}}})",
        [events],
    )
    loaded = time.process_time() - started
    found = run = 0
    with Path("/dev/null").open("w", encoding="utf-8") as out:
        for query in ready:
            try:
                rows: list[Any] = database.execute(query).fetchall()
            except duckdb.Error:  # a field that no event has, an expression that DuckDB does not take
                failed += 1
                continue
            run += 1
            found += len(rows)
            for row in rows:
                out.write(json.dumps(row) + "\n")
    seconds = time.process_time() - started
    (count,) = database.execute("SELECT count(*) FROM logs").fetchone() or (0,)
    print(
        json.dumps(
            {
                "events": count,
                "seconds": seconds,
                "loading": loaded,
                "rules": run,
                "not": failed,
                "found": found,
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
