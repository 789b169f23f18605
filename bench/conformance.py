"""Engine against exhaustive evaluation: pairs of rule and event, and in how many they differ.

`python -m bench.conformance [PAIRS]` makes PAIRS (default 200,000) from random seeds; then, where ../shared/data is
present, all of SigmaHQ's rules on a sample of real events. Ends with 1 if anything differs.
"""

import sys
import time
from pathlib import Path

from tests.conformance.sigma.generated import PAIRS, differences
from tests.conformance.sigma.real import SHARED, compare_all


def main(arguments: list[str]) -> int:
    """Print the table."""
    wanted = int(arguments[0]) if arguments else 200_000
    seeds = -(-wanted // PAIRS)
    start, matches, wrong = time.process_time(), 0, []
    for seed in range(50_000, 50_000 + seeds):
        found, number = differences(seed)
        wrong += found
        matches += number
    seconds = time.process_time() - start
    print(f"{'':<28}{'pairs':>12}{'matches':>10}{'differences':>13}{'CPU s':>8}")
    print(f"{'generated':<28}{seeds * PAIRS:>12,}{matches:>10,}{len(wrong):>13,}{seconds:>8.1f}")
    for line in wrong[:20]:
        print(line)
    if not Path(SHARED).is_dir():
        print("no ../shared/data: real rules and events are left out")
        return bool(wrong)
    start = time.process_time()
    pairs, matches, different = compare_all(rule_step=1, event_step=100)
    seconds = time.process_time() - start
    print(f"{'SigmaHQ on real events':<28}{pairs:>12,}{matches:>10,}{len(different):>13,}{seconds:>8.1f}")
    for pair in different[:20]:
        print(pair)
    return bool(wrong or different)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
