"""Regular expressions: the slowest on 64 KiB of adversarial text.

`python -m bench.expressions` asks every expression of SigmaHQ (of our own rules where it is not there) about texts made
against it: one sign again and again, and what it looks for, over and over but never whole. CPU time of this thread,
the best of three. Ends with 1 above the bar.
"""

from tests.conformance.sigma.test_regex_time import LIMIT_S, SIZE, adversarial, cpu_seconds, expressions

from bench.engine import CACHE
from bench.logs import SHARED, all_rules
from keng.detect.sigma import load_rules
from keng.detect.sigma.predicate import ItemTest
from keng.detect.sigma.rule import Item, Regex
from keng.resources import rules_dir

SHOWN = 3


def worst(pattern: str) -> float:
    """Seconds that it takes at most over all texts."""
    item = ItemTest(Item("f", ((Regex(pattern),),)))
    slowest = 0.0
    for text in adversarial(pattern):
        fresh = iter((text + " ", text + "  ", text))  # never an answer that was remembered
        slowest = max(slowest, cpu_seconds(lambda: item.holds(next(fresh))))  # noqa: B023
    return slowest


def main() -> int:
    """Print the slowest."""
    patterns = expressions(all_rules(CACHE) if (SHARED / "sigma").is_dir() else load_rules([rules_dir()]))
    times = sorted(((worst(pattern), pattern) for pattern in patterns), reverse=True)
    print(f"{len(patterns)} expressions, each on texts of {SIZE >> 10} KiB made against it")
    print(f"{'slowest, ms':>12}  expression")
    for seconds, pattern in times[:SHOWN]:
        print(f"{seconds * 1000:>12.2f}  {pattern[:80]}")
    over = sum(seconds > LIMIT_S for seconds, _pattern in times)
    print(f"bar {LIMIT_S * 1000:.0f} ms: {over} above it")
    return int(over > 0)


if __name__ == "__main__":
    raise SystemExit(main())
