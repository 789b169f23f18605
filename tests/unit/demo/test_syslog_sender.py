import asyncio

import pytest

from keng.demo import syslog_sender
from keng.demo.syslog_sender import SyslogTcpSender, SyslogUdpSender
from keng.demo.tally import Tally

from .receivers import Door, receivers

LINES = [f"<86>1 2025-11-24T16:00:00Z gw sshd {n} - - dòng {n}\nhai".encode() for n in range(300)]


def test_octet_counting_keeps_line_feeds_inside_messages() -> None:
    async def run(door: Door) -> Tally:
        tally = Tally()
        async with receivers(door) as targets:
            sender = SyslogTcpSender(targets.syslog_host, targets.syslog_port, tally, counted=True)
            async with asyncio.TaskGroup() as group:
                group.create_task(sender.run())
                for line in LINES:
                    await sender.put(line)
                await sender.close()
            await door.holds(len(LINES))
        return tally

    door = Door()
    tally = asyncio.run(run(door))
    assert [record for _source, record in door.records] == LINES
    assert tally.accepted == len(LINES)


def test_a_line_feed_ends_a_message_and_datagrams_are_messages() -> None:
    lines = [line.replace(b"\n", b" ") for line in LINES]

    async def run(door: Door) -> None:
        async with receivers(door) as targets:
            tcp = SyslogTcpSender(targets.syslog_host, targets.syslog_port, Tally(), counted=False)
            udp = SyslogUdpSender(targets.syslog_host, targets.syslog_port, Tally())
            await udp.open()
            async with asyncio.TaskGroup() as group:
                group.create_task(tcp.run())
                for line in lines:
                    await tcp.put(line)
                    udp.send(line)
                await tcp.close()
            await door.holds(2 * len(lines))
            udp.close()

    door = Door()
    asyncio.run(run(door))
    assert sorted(record for _source, record in door.records) == sorted(lines + lines)


def test_a_listener_that_is_not_there_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syslog_sender, "PAUSE_S", 0.05)

    async def run() -> Tally:
        tally = Tally()
        sender = SyslogTcpSender("127.0.0.1", 9, tally, counted=True)
        task = asyncio.get_running_loop().create_task(sender.run())
        await sender.put(b"<1>x")
        await asyncio.sleep(0.3)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return tally

    tally = asyncio.run(run())
    assert tally.waited >= 2
    assert tally.lost == 1
