import json
import random
import re

from hypothesis import given
from hypothesis import strategies as st

from keng.store.plan import MARK
from keng.store.skeleton import LEARNING, Skeletons, joined

WORDS = re.compile(r"[a-z0-9\u0080-\U0010ffff]+")


def sysmon(n: int) -> tuple[dict[str, str], str]:
    """Fields and raw text of a made-up event, all different."""
    rng = random.Random(n)
    fields = {
        "EventID": "1",
        "ProcessGuid": f"{{{rng.getrandbits(128):032x}}}",
        "Image": f"C:\\Windows\\p{rng.randrange(99)}.exe",
        "CommandLine": f'"C:\\Windows\\p.exe" /c "task {n}" & đăng nhập',
        "User": f"TINH\\u{n % 7}",
        "Empty": "",
        "Elsewhere": "not in the text",
    }
    data = {name: value for name, value in fields.items() if name != "Elsewhere"}
    envelope = {
        "@timestamp": f"2026-11-24T08:{n % 60:02d}:00.{n:06d}Z",
        "log": {"level": "information"},
        "winlog": {"record_id": n, "event_data": data},
        "tags": ["a", "b%s"],
    }
    return fields, json.dumps(envelope, ensure_ascii=False)


def cut(skeletons: Skeletons, fields: dict[str, str], raw: str) -> tuple[str, str]:
    common, rests = skeletons.cut(tuple(fields), [(value,) for value in fields.values()], [raw])
    return common[0], rests[0]


def test_values_that_the_fields_have_are_taken_out_and_come_back() -> None:
    skeletons = Skeletons()
    seen = set()
    for n in range(200):
        fields, raw = sysmon(n)
        skeleton, rest = cut(skeletons, fields, raw)
        assert joined(skeleton, rest, fields) == raw
        if n > LEARNING:
            assert len(rest) < 120
            assert fields["ProcessGuid"] not in skeleton + rest
            seen.add(skeleton)
    assert len(seen) == 1


def test_no_word_of_the_raw_text_is_lost_to_the_index() -> None:
    skeletons = Skeletons()
    for n in range(100):
        fields, raw = sysmon(n)
        skeleton, rest = cut(skeletons, fields, raw)
        kept = set(WORDS.findall(f"{skeleton} {rest} {' '.join(fields.values())}".lower()))
        assert set(WORDS.findall(raw.lower())) <= kept


def test_short_texts_and_texts_with_marks_of_their_own_are_kept_whole() -> None:
    skeletons = Skeletons()
    fields = {"A": "value"}
    assert cut(skeletons, fields, '{"A":"value"}') == ("", '{"A":"value"}')
    marked = f'{{"A":"value","B":"{"x" * 200}{MARK}y"}}'
    assert cut(skeletons, fields, marked) == ("", marked)
    raw = '{"A":"a\\u0000b"}' + " " * 200
    assert cut(skeletons, {"A": "a\0b"}, raw) == ("", raw)


def test_text_that_is_no_json_is_cut_by_names_and_values() -> None:
    skeletons = Skeletons()
    for n in range(60):
        fields = {"srcip": f"10.0.0.{n}", "user": f"user-{n * 7919}", "policy": "Chính sách 1"}
        raw = f'<134>date=2026-11-24 time=08:00:{n:02d} srcip=10.0.0.{n} user="user-{n * 7919}" {"x" * 150}'
        skeleton, rest = cut(skeletons, fields, raw)
        assert joined(skeleton, rest, fields) == raw
    assert "srcip" in skeleton
    assert fields["user"] not in rest


def test_shapes_without_end_do_not_fill_the_memory() -> None:
    skeletons = Skeletons()
    for n in range(5000):
        cut(skeletons, {f"name{n}": "value"}, "x" * 200)
    assert len(skeletons._shapes) <= 2000


TEXT = st.text(st.sampled_from('ab1 "\\{}:,=\x01\x02\0%sđ\n'), max_size=12)


@given(st.lists(st.tuples(st.dictionaries(TEXT, TEXT, max_size=5), TEXT), min_size=1, max_size=8))
def test_whatever_comes_is_given_back(events: list[tuple[dict[str, str], str]]) -> None:
    skeletons = Skeletons()
    for fields, more in events:
        body = json.dumps(fields, ensure_ascii=False)
        for raw in (
            f"{more}{body}{'-' * 160}",
            " ".join([f"{k}={v}" for k, v in fields.items()]) + more + "." * 160,
        ):
            skeleton, rest = cut(skeletons, fields, raw)
            assert joined(skeleton, rest, fields) == raw
