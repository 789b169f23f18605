from keng.model.hot_columns import HotColumns
from keng.store.fields import ALIASES, ECS, Column, Tail, Type, column_type, targets
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


def test_names_of_the_common_schema_are_columns_and_the_log_s_own_field() -> None:
    assert all(targets(name, no_names) == targets(column, no_names) for name, column in ECS.items())
    seen = {"user.name": ("user.name",)}
    assert targets("User.Name", lambda lower: seen.get(lower, ())) == (
        *targets("user", no_names),
        Tail("user.name"),
    )
    assert column_type("destination.port") is Type.NUMBER


def test_what_shippers_put_before_a_name_is_taken_off_where_no_such_field_was_seen() -> None:
    seen = {"logontype": ("LogonType",)}
    assert targets("winlog.event_data.LogonType", lambda lower: seen.get(lower, ())) == (Tail("LogonType"),)
    assert targets("EventData.Image", no_names) == targets("process", no_names)
    odd = {"event_data.x": ("event_data.x",)}
    assert targets("event_data.x", lambda lower: odd.get(lower, ())) == (Tail("event_data.x"),)
    assert targets("event_data.", no_names) == (Tail("event_data."),)
    assert targets("event_data." * 700 + "x", no_names) == (Tail("x"),)
