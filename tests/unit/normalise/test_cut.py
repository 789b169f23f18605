from keng.normalise.cut import CUT, MAX_FIELDS, cut


def test_the_first_fields_stay_and_the_rest_is_counted() -> None:
    many = {f"f{n}": n for n in range(MAX_FIELDS + 7)}
    kept = cut(many)
    assert len(kept) == MAX_FIELDS + 1
    assert kept[CUT] == 7
    assert "f0" in kept
    assert len(many) == MAX_FIELDS + 7
