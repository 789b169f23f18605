"""Files and folders that the centre follows itself."""

import asyncio
from pathlib import Path

import msgspec
from tests.evtx_writer import evtx_file, sysmon_start

from keng.runtime.centre import Centre
from keng.runtime.parts import Parts
from keng.runtime.settings import Settings, Watch, load_settings
from keng.state.database import open_state

from .conftest import MemoryStore, register, until


def test_followed_and_dropped_files_arrive_once_across_a_restart(
    tmp_path: Path, settings: Settings, parts: Parts, store: MemoryStore
) -> None:
    logs, drop = tmp_path / "logs", tmp_path / "drop"
    logs.mkdir()
    drop.mkdir()
    watches = (
        Watch("bv-win", drop=(str(drop),)),
        Watch("so-win", paths=(str(logs),)),
        Watch("nobody", paths=(str(logs),)),
    )
    settings = msgspec.structs.replace(settings, watch=watches)
    settings.data_dir.mkdir()
    state = open_state(settings.state_place)
    register(state)
    state.close()

    async def test() -> None:
        for turn in range(2):
            with (logs / "a.log").open("a") as file:
                file.write(f"Nov  3 10:00:0{turn} fw1 sshd[1]: line {turn}\n")
            (drop / f"{turn}.evtx").write_bytes(evtx_file([sysmon_start(n) for n in range(7)]))
            centre = Centre(settings, parts)
            await centre.start()
            wanted = 8 + turn
            await until(lambda wanted=wanted: len(store.events) >= wanted, 20)  # type: ignore[misc]
            await until(lambda turn=turn: (drop / "done" / f"{turn}.evtx").exists())  # type: ignore[misc]
            assert centre.stats.difference == 0
            await centre.stop()

    asyncio.run(test())
    assert len(store.events) == 9
    assert {event.source for event in store.events} == {"bv-win", "so-win"}
    assert sum(event.format == "windows_evtx" for event in store.events) == 7


def test_watches_are_read_from_the_settings_file(tmp_path: Path) -> None:
    (tmp_path / "keng.toml").write_text('[[watch]]\nsource = "s"\ndrop = ["/srv/evtx"]\n')
    settings = load_settings({"data_dir": tmp_path}, {})
    assert settings.watch == (Watch("s", drop=("/srv/evtx",)),)
