from keng.model.hot_columns import HotColumns
from keng.store.read import stored_event


def test_a_row_becomes_an_event_with_texts_that_can_be_shown() -> None:
    texts = ("agency", "source", "host", "format", "product", "service", "rest")
    row = {f"c_{name}": name.encode() for name in texts}
    row |= {
        f"c_{name}": b"x" if isinstance(default, str) else 3
        for name, default in HotColumns._field_defaults.items()
    }
    row |= {"c_id": b"0a", "c_time": 1, "c_received": 2, "c_offset": 3, "c_parsed": 1, "c_categories": [b"a"]}
    row["c_skeleton"] = b"\x01-\x02 A=\x01=A\x02."
    row["c_fields"] = [(b"A", b"\xff")]
    event = stored_event(row)
    assert event.hot.user == "x"
    assert event.hot.dst_port == 3
    assert event.raw == "rest A=\\xff."
    assert event.fields == {"A": "\\xff"}
    assert (event.id, event.time_us, event.received_us, event.parsed) == ("0a", 1, 2, True)
    assert event.categories == ("a",)
