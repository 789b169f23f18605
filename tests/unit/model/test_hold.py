from keng.model.hold import Held, Hold


def test_a_hold_without_a_name_is_for_all_and_in_force_until_released() -> None:
    one = Hold(1, "", "", "", 0, 0, "reason", "an.nv", 5)
    assert (one.released_us, one.release_reason) == (0, "")
    assert Held("", None, 0, 0) != Held("", (), 0, 0)
