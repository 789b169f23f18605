from random import Random

from keng.demo.generate import Province
from keng.demo.places import BUILT_IN, Filler, places_of


def filler(province: Province, seed: int = 1) -> Filler:
    host = province.hosts[0]
    return Filler(host, host.people[0], Random(seed), {"lure": "Giấy mời {n}", "either": ["a", "b"]}, n=4)


def test_places_are_filled_also_inside_values(province: Province) -> None:
    fill = filler(province).fill
    assert fill("{profile}\\{lure}.docm") == "C:\\Users\\Nguyễn Thị Hoa\\Giấy mời 4.docm"
    assert fill("{either}") in {"a", "b"}


def test_braces_that_are_no_places_stay(province: Province) -> None:
    fill = filler(province).fill
    assert (
        fill("if ($a) { Get-Item } {0} {Unknown} {unknown}") == "if ($a) { Get-Item } {0} {Unknown} {unknown}"
    )


def test_every_built_in_place_has_a_value(province: Province) -> None:
    fill = filler(province).fill
    for name in BUILT_IN:
        assert fill("{" + name + "}") not in {"", "{" + name + "}"}, name


def test_the_same_seed_fills_the_same(province: Province) -> None:
    text = "{hex8} {b32} {client} {port} {number} {pid} {hex32}"
    assert filler(province, 5).fill(text) == filler(province, 5).fill(text)
    assert filler(province, 5).fill(text) != filler(province, 6).fill(text)


def test_a_value_that_names_itself_ends() -> None:
    host_less = Filler.__new__(Filler)
    host_less.values = {"a": "{a}"}
    host_less.random = Random(1)
    assert host_less.fill("{a}") == "{a}"


def test_places_of_a_text_are_listed() -> None:
    assert places_of("{user} and {n}") == ("user", "n")
