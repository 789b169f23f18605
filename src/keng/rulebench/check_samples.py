"""`keng rules test`: samples that must match and must not, by the real engine."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from keng.detect.sigma import Detector, Engine, RuleSet
from keng.rulebench.samples import Sample, SampleError, samples_under


class SampleResult(msgspec.Struct, frozen=True):
    """One sample. matches: how often its rule fired; passed: as it must."""

    rule_id: str
    sample: str
    must: bool
    matches: int
    passed: bool


class SampleReport(msgspec.Struct, frozen=True):
    """untested: rules of the set that no sample speaks of. unknown: rule ids of samples that the set lacks."""

    results: tuple[SampleResult, ...]
    errors: tuple[str, ...]
    untested: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether all is as it must be."""
        return all(result.passed for result in self.results) and not self.errors


def check_samples(ruleset: RuleSet, paths: Iterable[Path]) -> SampleReport:
    """Run every sample under the paths against the rules."""
    known = ruleset.info
    engine = Engine(ruleset)
    detector = Detector(ruleset, engine=engine)
    results: list[SampleResult] = []
    errors: list[str] = []
    unknown: set[str] = set()
    for path in paths:
        for sample in samples_under(path):
            if isinstance(sample, SampleError):
                errors.append(str(sample))
            elif sample.rule_id not in known:
                unknown.add(sample.rule_id)
            else:
                results.append(_run(detector, engine, sample))
    tested = {result.rule_id for result in results}
    return SampleReport(
        tuple(results), tuple(errors), tuple(sorted(set(known) - tested)), tuple(sorted(unknown))
    )


def fires(detector: Detector, engine: Engine, sample: Sample) -> int:
    """How often the sample's rule fires on it; a rule that alerts only through correlations counts, too."""
    found = [*detector.feed(sample.events), *detector.flush()]
    count = sum(detection.rule.id == sample.rule_id for detection in found)
    if not count:
        count = sum(hit.rule.id == sample.rule_id for hit in engine.match(sample.events))
    return count


def _run(detector: Detector, engine: Engine, sample: Sample) -> SampleResult:
    matches = fires(detector, engine, sample)
    passed = matches >= sample.least if sample.must else matches == 0
    return SampleResult(sample.rule_id, sample.name, sample.must, matches, passed)
