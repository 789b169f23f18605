"""Another version of a rule set is taken up by a running centre, while events flow."""

import asyncio
from pathlib import Path

import pytest
from tests.conformance.sigma.rules import rule_text

from keng.detect.sigma.installed import install
from keng.detect.sigma.versions import undo
from keng.runtime.centre import Centre
from keng.runtime.engine import load_engine
from keng.runtime.parts import Parts, default_parts
from keng.runtime.rule_watch import RuleWatch
from keng.runtime.settings import Settings
from keng.state.alerts import AlertFilter, alerts

from .conftest import MemoryStore, register, until
from .test_centre import bulk, send
from .test_centre_killed import document


def add(tmp_path: Path, data: Path, word: str) -> None:
    source = tmp_path / "mine"
    source.mkdir(exist_ok=True)
    (source / "a.yml").write_text(
        rule_text(
            {"s": {"CommandLine|contains": word}}, logsource={"product": "windows"}, title=f"has {word}"
        )
    )
    install(str(source), data)


def test_only_a_switch_makes_it_read_again_and_a_failure_is_survived(tmp_path: Path) -> None:
    data, calls = tmp_path / "data", 0

    async def reload() -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise OSError("disc")

    async def test() -> None:
        add(tmp_path, data, "one")
        task = asyncio.get_running_loop().create_task(RuleWatch(data, reload, 0.01).run())
        await asyncio.sleep(0.1)
        assert calls == 0
        for number, word in enumerate(("two", "three"), 1):
            await asyncio.to_thread(add, tmp_path, data, word)
            await until(lambda wanted=number: calls == wanted)  # type: ignore[misc]
        task.cancel()

    asyncio.run(test())


def test_a_running_centre_takes_up_versions_while_events_flow(
    tmp_path: Path, settings: Settings, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keng.runtime.rule_watch.EVERY_S", 0.1)
    monkeypatch.setattr("keng.runtime.engine.rules_dir", lambda: tmp_path / "none")
    add(tmp_path, settings.data_dir, "before")

    async def test() -> None:
        centre = Centre(settings, Parts(lambda _settings, _levels: store, load_engine, default_parts().steps))
        await centre.start()
        token = register(centre.state)["bv-win"]
        sent, word = 0, "before"

        async def flow() -> None:
            nonlocal sent
            while True:
                text = document(sent).replace("ordinary", word).replace("kengtest", word)
                assert (await send(centre, token, bulk(text))).status_code == 200
                sent += 1

        def titles() -> dict[str, int]:
            with centre.state.read() as conn:
                found: dict[str, int] = {}
                for alert in alerts(conn, AlertFilter(), None):
                    found[alert.rule.title] = found.get(alert.rule.title, 0) + alert.count
                return found

        sender = asyncio.get_running_loop().create_task(flow())
        await until(lambda: titles().get("has before", 0) > 3)
        await asyncio.to_thread(add, tmp_path, settings.data_dir, "after")
        word = "after"
        await until(lambda: titles().get("has after", 0) > 3)
        word = "before"
        known = titles()["has before"]
        await asyncio.to_thread(undo, settings.data_dir, "mine")
        await until(lambda: titles()["has before"] > known)
        sender.cancel()
        await asyncio.sleep(0.1)
        await until(lambda: centre.stats.queue_batches == 0)
        assert centre.stats.difference == 0
        assert centre.stats.stored >= sent
        assert not sender.done() or sender.cancelled()
        await centre.stop()

    asyncio.run(test())
