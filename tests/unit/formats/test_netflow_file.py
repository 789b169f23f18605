import io

from tests.flow_writer import ipfix, one_set, plain, template, v5, v9

from keng.formats.netflow_file import read, recognises
from keng.formats.recognise import read_file, recognise
from keng.model.record import Record
from keng.model.rejected import Rejected

FILES = {
    "v5": v5("10.0.0.5") + v5("10.0.0.6", "10.0.0.7"),
    "v9": v9(one_set(0, template(256)), one_set(256, plain())) + v9(one_set(256, plain() + plain())),
    "ipfix": ipfix(one_set(2, template(256))) + ipfix(one_set(256, plain() + plain() + plain())),
}


def test_datagrams_one_after_another_are_read_whatever_the_version() -> None:
    for data in FILES.values():
        assert recognise(data) == "netflow"
        found = list(read_file(io.BytesIO(data)))
        assert [item.position for item in found if isinstance(item, Record)] == [1, 2, 3]
        assert len(found) == 3


def test_damage_ends_the_file_with_its_place() -> None:
    found = list(read(io.BytesIO(FILES["v5"] + b"rest")))
    assert isinstance(found[-1], Rejected)
    assert found[-1].position == f"byte {len(FILES['v5'])}"
    assert len(found) == 4


def test_text_and_other_bytes_are_no_flows() -> None:
    for head in (b"", b"\0\x05", b"\0\x09abc", b"hello", b"\0" * 64, b"\0\x05\xff\xff" + b"\0" * 64):
        assert not recognises(head)
