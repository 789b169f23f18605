"""Loading: folders, the cache, what is broken."""

from pathlib import Path

from tests.conformance.sigma.rules import rule_text

from keng.detect.sigma import load_rules

RULE = rule_text({"s": {"f|expand": "%who%"}})


def test_the_cache_depends_on_content_paths_and_placeholders(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(RULE)
    cache = tmp_path / "cache"

    def hash_of(**placeholders: list[str]) -> str:
        return load_rules([tmp_path / "a.yml"], cache, placeholders=placeholders).content_hash

    first = hash_of(who=["x"])
    assert hash_of(who=["x"]) == first
    assert hash_of(who=["y"]) != first
    (tmp_path / "a.yml").write_text(RULE + "level: high\n")
    assert hash_of(who=["x"]) != first


def test_what_comes_from_the_cache_is_what_was_read(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(
        rule_text({"s": {"f": [1, "a*", None]}, "k": ["x"], "condition": "s or k"})
    )
    (tmp_path / "b.yml").write_text("title: broken")
    read = load_rules([tmp_path], tmp_path / "cache")
    again = load_rules([tmp_path], tmp_path / "cache")
    assert again == read
    assert len(again.errors) == 1


def test_progress_counts_files(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.yml").write_text(rule_text({"s": {"f": 1}}, title=name))
    seen: list[tuple[int, int]] = []
    load_rules([tmp_path], progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_descriptions_of_regression_samples_are_no_rules(tmp_path: Path) -> None:
    (tmp_path / "info.yml").write_text("id: x\nregression_tests_info: []\n")
    loaded = load_rules([tmp_path])
    assert not loaded.rules
    assert not loaded.errors


def test_a_missing_path_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    (problem,) = load_rules([tmp_path / "nowhere"]).errors
    assert problem.reason.startswith("cannot be read")


def test_what_is_wrong_is_named_by_line_and_column(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(
        "title: A rule\nlogsource:\n    product: windows\ndetection:\n    s:\n        Image|nosuch: a\n    condition: s\n"
    )
    (tmp_path / "y.yml").write_text("title: A rule\nlogsource: [\n")
    problems = {Path(one.path).name: one for one in load_rules([tmp_path]).errors if one.fatal}
    assert (problems["r.yml"].line, problems["r.yml"].column) == (6, 9)
    assert problems["y.yml"].line >= 2 and problems["y.yml"].column >= 1
