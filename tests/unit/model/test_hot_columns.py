from keng.model.hot_columns import HotColumns


def test_an_event_without_anything_hot_has_only_empty_values() -> None:
    assert set(HotColumns()) == {"", 0}


def test_every_column_is_a_text_or_a_number() -> None:
    assert {type(value) for value in HotColumns._field_defaults.values()} == {str, int}
