from keng.store.parameters import Parameters


def test_values_stay_apart_from_the_text() -> None:
    parameters = Parameters()
    assert parameters.text("'; DROP") == "{p0:String}"
    assert parameters.whole(5) == "{p1:Int64}"
    assert parameters.number(1.5) == "{p2:Float64}"
    assert parameters.values == {"p0": "'; DROP", "p1": 5, "p2": 1.5}
