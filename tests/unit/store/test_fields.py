from keng.model.hot_columns import HotColumns
from keng.store.fields import ALIASES, Column, Tail, Type, column_type, targets
from keng.store.schema import COLUMNS


def no_names(_lower: str) -> tuple[str, ...]:
    return ()


def test_every_alias_means_columns_that_exist_or_log_fields() -> None:
    columns = {column.name for column in COLUMNS}
    for alias, meant in ALIASES.items():
        assert alias == alias.lower()
        assert all(one.startswith("=") or one in columns for one in meant), alias


def test_every_hot_column_can_be_named() -> None:
    for name, default in HotColumns._field_defaults.items():
        (target,) = targets(name, no_names)
        assert isinstance(target, Column)
        assert target.type is (Type.NUMBER if default == 0 else Type.TEXT)


def test_names_in_any_case() -> None:
    assert targets("IMAGE", no_names) == targets("process", no_names)
    assert targets("ip", no_names) == (*targets("src_ip", no_names), *targets("dst_ip", no_names))


def test_a_log_field_has_the_spellings_that_the_store_saw() -> None:
    assert targets("logontype", {"logontype": ("LogonType", "logonType")}.__getitem__) == (
        Tail("LogonType"),
        Tail("logonType"),
    )
    assert targets("NeverSeen", no_names) == (Tail("NeverSeen"),)


def test_types_for_the_parser() -> None:
    assert column_type("port") is Type.NUMBER
    assert column_type("LogonType") is None
