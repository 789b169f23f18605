from keng.store import field_names
from keng.store.field_names import MAX_LENGTH, FieldNames


def test_new_names_are_found_once() -> None:
    names = FieldNames(["Image"])
    assert names.unseen({("Image", "User"), ("user",)}) == ["User", "user"]
    names.add(["User", "user"])
    assert names.unseen([("Image", "User")]) == []
    assert names.spellings("user") == ("User", "user")


def test_endless_names_fill_it_to_its_bound_and_no_further(monkeypatch: object) -> None:
    names = FieldNames(str(n) for n in range(field_names.MAX_NAMES - 2))
    new = names.unseen([[f"new{n}" for n in range(10)]])
    assert len(new) == 2
    names.add(new)
    assert names.unseen([["one more"]]) == []


def test_a_name_of_monstrous_length_is_not_kept() -> None:
    assert FieldNames([]).unseen([["x" * (MAX_LENGTH + 1)]]) == []


def test_completion_gives_short_names_first_and_each_once() -> None:
    names = FieldNames(["User", "UserAgent", "agency"])
    assert names.starting("USER", 10) == ("user", "User", "UserAgent")
    assert names.starting("agency", 10) == ("agency",)
