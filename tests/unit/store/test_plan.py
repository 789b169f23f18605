import string

from hypothesis import given
from hypothesis import strategies as st

from keng.store.plan import JSON_VALUE, MARK, Gap, Plan, json_text, json_texts, wordy


def test_gaps_are_cut_where_no_word_is_cut() -> None:
    gap = Gap('{"at":"2026-11-24","id":').merged('{"at":"2027-11-24","id":')
    assert gap == Gap('{"at":"', '-11-24","id":', constant=False)
    assert gap.merged('{"at":"2027-11-24","id":') is gap
    assert Gap("abc").merged("abd") == Gap("", "", constant=False)


def a_plan() -> Plan:
    plan = Plan(("a", "b"), ((0, JSON_VALUE), (1, JSON_VALUE)))
    for at, a in (("08:15", "x"), ("09:20", 'C:\\"y"')):
        plan.learn([f'{{"at":"{at}","a":"', '","b":"', '"}'], [a, "z"])
    return plan


def test_rests_are_what_the_plan_does_not_say() -> None:
    raws = ['{"at":"07:01","a":"C:\\\\d","b":"é"}', '{"at":"","a":"","b":""}']
    assert a_plan().cut(raws, [["C:\\d", ""], ["é", ""]]) == [f"{MARK}07:01{MARK}", f"{MARK}{MARK}"]


def test_what_does_not_fit_hinders_nothing_beside_it() -> None:
    good = '{"at":"07:01","a":"1","b":"2"}'
    bad = [
        "",
        "{",
        '{"at":"',
        good + "!",
        good.replace("1", "3"),
        f'{{"at":"{MARK}","a":"1","b":"2"}}',
        '{"a":"1"}',
    ]
    raws = [raw for one in bad for raw in (good, one)]
    rests = a_plan().cut(raws, [["1"] * len(raws), ["2"] * len(raws)])
    assert rests[::2] == [f"{MARK}07:01{MARK}"] * len(bad)
    assert [rest is None for rest in rests[1::2]] == [True, True, True, False, True, True, True]
    assert rests[7] == f"{MARK}07:01{MARK}!"


@given(st.lists(st.text('a\\"\0é', max_size=5), min_size=1, max_size=6))
def test_several_texts_are_written_as_each_alone(values: list[str]) -> None:
    assert list(json_texts(values)) == [json_text(value) for value in values]


def test_words_are_what_the_index_takes_for_words() -> None:
    assert all(map(wordy, string.ascii_letters + string.digits + "đ–"))
    assert not any(map(wordy, string.punctuation + " \n"))
