"""The scan of one field finds every rule whose anchor occurs."""

import pytest

from keng.detect.sigma import scan as module
from keng.detect.sigma.scan import FieldScan

ANCHORS = {
    ("exact", "cmd.exe"): {1}, ("starts", "c:\\"): {2}, ("ends", "\\cmd.exe"): {3}, ("contains", "ẻng"): {4},
    ("number", "5"): {5}, ("number", "9007199254740993"): {10}, ("exact", "true"): {6}, ("exact", "5"): {7}, ("regex", "^x+$"): {8}, ("exact", ""): {9},
}  # fmt: skip


@pytest.mark.parametrize("few", [0, 6])
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("CMD.EXE", {1}),
        (r"C:\Windows\cmd.exe", {2, 3}),
        ("C:\\cmd.exe\n", {2}),
        ("tiếng KẺNG", {4}),
        (5, {5, 7}),
        (5.0, {5, 7}),
        ("5.00", {5}),
        (9007199254740993, {10}),
        ("9007199254740993", {10}),
        (10**400, set()),
        (True, {6}),
        (1, {6}),
        (None, set()),
        ("", {9}),
        (["cmd.exe", ["c:\\", 5]], {1, 2, 5, 7}),
        ("xxx", {8}),
        ("\ud800cmd.exe", set()),
    ],
)
def test_values_of_every_type(
    monkeypatch: pytest.MonkeyPatch, few: int, value: object, expected: set[int]
) -> None:
    monkeypatch.setattr(module, "FEW", few)
    scan = FieldScan(ANCHORS)
    assert scan.scan(value) == expected
    assert FieldScan(ANCHORS, scan.dump()).scan(value) == expected
