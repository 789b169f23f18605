"""Small pictures from numbers."""

from keng.web import pictures


def test_a_sparkline_reaches_from_side_to_side_and_up_to_its_peak() -> None:
    spark = pictures.spark([0, 5, 10])
    assert spark.line == "M0.0 23.0L50.0 12.5L100.0 2.0"
    assert spark.area.endswith("L100 24L0 24Z")
    assert (spark.peak, spark.quiet) == (10, False)


def test_no_values_are_a_flat_line() -> None:
    assert pictures.spark([]).quiet
    assert pictures.spark([0.0, 0.0]).quiet


def test_a_common_ceiling_keeps_pictures_comparable() -> None:
    assert pictures.spark([1, 1], ceiling=10).line != pictures.spark([1, 1]).line


def test_parts_fill_the_whole_and_small_ones_stay_visible() -> None:
    bars = pictures.parts([("a", 999), ("b", 0), ("c", 1)])
    assert [bar.label for bar in bars] == ["a", "c"]
    assert bars[1].width > 1.4
    assert round(sum(bar.width for bar in bars)) == 100
    assert pictures.parts([("a", 0)]) == []


def test_columns_stand_on_the_ground() -> None:
    bars = pictures.columns([0, 1, 1000], ["x", "y", "z"])
    assert [bar.height for bar in bars] == [0, 1.5, 100]
    assert all(round(bar.y + bar.height, 6) == 100 for bar in bars)
    assert pictures.columns([], []) == []


def test_a_week_is_one_path_for_each_quarter_of_the_chance() -> None:
    assert pictures.week([0.0, 0.1, 1.0] + [0.0] * 22 + [0.5]) == [
        "M1 0h1v1h-1z",
        "",
        "M1 1h1v1h-1z",
        "M2 0h1v1h-1z",
    ]
    assert pictures.week([]) == [""] * 4
