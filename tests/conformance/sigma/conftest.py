"""The shared rules and samples, read once a session."""

from pathlib import Path

import pytest

from keng.detect.sigma import Engine, RuleSet, load_rules


def pytest_configure(config: pytest.Config) -> None:
    """`row(name)`: the row of docs/sigma-conformance.md that a test proves (see `table`)."""
    config.addinivalue_line("markers", "row(name): a row of the table of conformance")


RULE_FOLDERS = ("rules", "rules-emerging-threats", "rules-threat-hunting")


@pytest.fixture(scope="session")
def sigmahq(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    """All rules of SigmaHQ."""
    folders = [shared_data / "sigma" / folder for folder in RULE_FOLDERS]
    return load_rules(folders, tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def engine(sigmahq: RuleSet) -> Engine:
    """An engine with them."""
    return Engine(sigmahq)
