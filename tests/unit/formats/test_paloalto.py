"""PAN-OS."""

import pytest

from keng.formats.paloalto import fields_of

LINE = '1,2024/05/01 12:00:00,s,TRAFFIC,end,1,2024/05/01 12:00:00,10.0.0.9,192.0.2.1,0,0,r,,,"web, tls",v,a,b,i,o,l,f,1,1,5,443,0,0,0,tcp,allow,9'


def subset(text: str, **expected: object) -> None:
    found = fields_of(text)
    assert found is not None
    assert {name: found.get(name) for name in expected} == expected


def test_traffic() -> None:
    subset(LINE, type="TRAFFIC", src="10.0.0.9", sport=5, dport=443, app="web, tls", action="allow")


def test_unknown_types_and_columns_are_kept() -> None:
    subset("1,2024/05/01 12:00:00,s,NEWTYPE,x,1,2024/05/01 12:00:00,y", type="NEWTYPE", column_8="y")


@pytest.mark.parametrize(
    "text", ["", "hello", "a=" * 5000, "%" * 5000, "(" * 5000, "1," * 5000, "[" * 5000, '"' * 5000]
)
def test_other_text_is_none_of_ours(text: str) -> None:
    assert fields_of(text) is None
