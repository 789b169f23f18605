import asyncio

import httpx
import pytest

from keng.collect.ports import Outcome
from keng.demo import bulk_sender
from keng.demo.bulk_sender import BulkSender
from keng.demo.tally import Tally

from .receivers import Door, receivers


async def send(door: Door, documents: list[bytes], token: str = "keng_s") -> Tally:
    tally = Tally()
    async with receivers(door) as targets, httpx.AsyncClient(trust_env=False) as client:
        sender = BulkSender(client, targets.bulk_url, "s", token, tally)
        async with asyncio.TaskGroup() as group:
            group.create_task(sender.run())
            for document in documents:
                await sender.put(document)
            await sender.close()
    return tally


def test_every_document_arrives_once_and_in_order() -> None:
    door = Door()
    documents = [b'{"n":%d,"ten":"Nguy\xe1\xbb\x85n"}' % n for n in range(1200)]
    tally = asyncio.run(send(door, documents))
    assert [record for _source, record in door.records] == documents
    assert (tally.accepted, tally.refused, tally.lost) == (1200, 0, 0)


@pytest.mark.parametrize("outcome", [Outcome.FULL, Outcome.FAILED])
def test_a_centre_that_says_later_is_asked_again(outcome: Outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_sender, "LONGEST_WAIT_S", 0.05)
    door = Door(outcome, outcome)
    tally = asyncio.run(send(door, [b'{"n":1}', b'{"n":2}']))
    assert [record for _source, record in door.records] == [b'{"n":1}', b'{"n":2}']
    assert (tally.accepted, tally.waited) == (2, 2)


def test_one_broken_document_is_refused_and_the_others_are_taken() -> None:
    door = Door()
    tally = asyncio.run(send(door, [b'{"n":1}', b'{"n":', b'{"n":3}']))
    assert [record for _source, record in door.records] == [b'{"n":1}', b'{"n":3}']
    assert (tally.accepted, tally.refused) == (2, 1)
    assert "item 400" in tally.problem


def test_a_wrong_token_is_final_and_told() -> None:
    tally = asyncio.run(send(Door(), [b'{"n":1}'], token="wrong"))
    assert (tally.accepted, tally.refused) == (0, 1)
    assert "401" in tally.problem


def test_a_centre_that_is_not_there_is_waited_for_and_what_is_held_counts_as_lost() -> None:
    async def run() -> Tally:
        tally = Tally()
        async with httpx.AsyncClient(trust_env=False) as client:
            sender = BulkSender(client, "http://127.0.0.1:9", "s", "keng_s", tally)
            task = asyncio.get_running_loop().create_task(sender.run())
            await sender.put(b"{}")
            await asyncio.sleep(0.8)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        return tally

    tally = asyncio.run(run())
    assert (tally.accepted, tally.lost) == (0, 1)
    assert tally.waited >= 1
    assert "ConnectError" in tally.problem
