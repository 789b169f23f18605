"""Two hundred hostile texts, sent as attackers send them and typed as people type them, are text on every page.

This module comes after the others by its name: it fills the queue.
"""

import json
import time
from typing import Any

import httpx
import msgspec
import pytest
from tests.hostile_texts import TEXTS

from keng.model.agency import Agency
from keng.model.bulletin import BulletinText
from keng.model.severity import Severity
from keng.model.user import Actor
from keng.state import alerts, bulletins, hunts, incidents, register
from keng.state.tokens import issue_token

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ANALYST, HEAD = Actor("an.tran"), Actor("truong.trung.tam")
MARK = "keng-hostile-title"

# What a page must not have, whatever stands in a log: handlers, scripts and frames that it was not written with.
LOOK = """() => {
  const found = [];
  if (window.pwned !== undefined) found.push("a script ran");
  const ours = (one) => one.tagName === "SCRIPT" && (one.getAttribute("src") || "").startsWith("/static/");
  for (const one of document.querySelectorAll("*")) {
    if (["IFRAME", "OBJECT", "EMBED", "BASE", "MARQUEE", "MATH", "VIDEO"].includes(one.tagName)) found.push(one.tagName);
    if (one.tagName === "SCRIPT" && !ours(one)) found.push("SCRIPT " + one.outerHTML.slice(0, 80));
    for (const attribute of one.attributes) {
      if (attribute.name.startsWith("on") || attribute.name.startsWith("hx-on")) found.push(attribute.name);
      if (["href", "src", "action", "formaction"].includes(attribute.name) && /^\\s*(javascript|data|\\/\\/|http:\\/\\/evil)/i.test(attribute.value)) found.push(attribute.value);
    }
  }
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) found.push("wider than the window by " + wide);
  const main = document.querySelector("main");
  if (!main || !main.innerText.trim()) found.push("nothing in main");
  return found;
}"""


def bulk(running: Any, token: str) -> None:
    """One event a text, through the receiver: the text in every field that is shown."""
    lines = []
    for number, text in enumerate(TEXTS):
        data = {
            "CommandLine": f"{MARK} {text}", "Image": f"C:\\{text}", "User": text, "ParentImage": text,
            "ProcessId": number, text[:120]: text,
        }  # fmt: skip
        host = f"{number:03}-{text}"
        log = {"channel": "Microsoft-Windows-Sysmon/Operational", "event_id": "1", "computer_name": host}
        when = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
        event = {"@timestamp": when, "host": {"name": host}, "winlog": {**log, "event_data": data}}
        lines += ['{"create":{}}', json.dumps(event)]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}
    body = "\n".join(lines).encode("utf-8", "surrogatepass") + b"\n"
    url = f"http://127.0.0.1:{running.centre.ingest_port}/logs/_bulk"
    answer = httpx.post(url, content=body, headers=headers, timeout=30)
    assert answer.status_code == 200 and len(answer.json()["items"]) == len(TEXTS)


def cut(text: str, length: int) -> str:
    return text.replace("\0", "")[:length]


@pytest.fixture(scope="module")
def hostile(running: Any) -> dict[str, int]:
    centre = running.centre
    now_us = time.time_ns() // 1000
    with centre.state.write() as conn:
        token = issue_token(conn, "so-y-te-windows", now_us)
    bulk(running, token)
    wanted = alerts.AlertFilter(text=MARK)
    for _ in range(100):
        with centre.state.read() as conn:
            if (count := alerts.count_alerts(conn, wanted, None)) >= len(TEXTS) // 2:
                break
        time.sleep(0.2)
    assert count >= 100, f"{count} alerts of the hostile rule"
    everything = "\n\n".join(cut(text, 300) for text in TEXTS)
    with centre.state.write() as conn:
        register.save_agency(conn, Agency("cap-nuoc", cut(TEXTS[3], 80), cut(TEXTS[5], 80), "enterprise"))
        ids = [one.id for one in alerts.alerts(conn, wanted, None, limit=3)]
        proposal = incidents.propose_incident(conn, ids, "vi")
        proposal = msgspec.structs.replace(proposal, title=cut(" ".join(TEXTS[:3]), 200))
        case = incidents.create_incident(conn, ids, proposal, ANALYST, now_us)
        incidents.edit_incident(
            conn, case.id, incidents.IncidentEdit(summary=everything[:4000]), ANALYST, now_us
        )
        for text in TEXTS[::5]:
            incidents.add_note(conn, case.id, "note", cut(f"> {text}", 3_000), ANALYST, now_us)
        made = bulletins.draft_bulletin(conn, case.id, ANALYST, now_us)
        words = BulletinText(
            cut(TEXTS[0], 200),
            everything[:19_000],
            cut(TEXTS[9], 900),
            tuple(cut(one, 400) for one in TEXTS[:25]),
            TEXTS[40],
        )
        edit = bulletins.BulletinEdit(texts={"vi": words, "en": words})
        changed = bulletins.edit_bulletin(conn, made.id, edit, ANALYST, now_us)
        assert not hasattr(changed, "reason"), changed
        bulletins.approve_bulletin(conn, made.id, HEAD, now_us)
        bulletins.publish_bulletin(conn, made.id, ["so-y-te"], HEAD, now_us)
        hunt = hunts.save_hunt(conn, cut(TEXTS[7], 100), "user:x", cut(TEXTS[8], 100), 0, ANALYST, now_us).id
    return {"alert": ids[0], "incident": case.id, "bulletin": made.id, "hunt": hunt}


@pytest.mark.parametrize("width", [1280, 360])
def test_no_hostile_text_becomes_more_than_text(
    people: Any, running: Any, hostile: dict[str, int], width: int
) -> None:
    page = people.window("quan.tri", language="vi" if width == 360 else "en", width=width)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    paths = [
        "/situation", "/alerts", "/alerts?page=2", f"/alerts/{hostile['alert']}",
        f"/search?q={MARK}&range=24h", "/incidents", f"/incidents/{hostile['incident']}", "/warnings",
        f"/warnings/{hostile['bulletin']}", "/hunts", f"/hunts/{hostile['hunt']}", "/register", "/register/agencies/cap-nuoc",
        "/health", "/audit", "/rules?text=hostile",
    ]  # fmt: skip
    for path in paths[:: 1 if width == 1280 else 2]:
        answer = page.goto(path)
        assert answer.ok, path
        page.wait_for_timeout(150)
        while page.locator(".htmx-request").count():
            page.locator(".htmx-request").first.wait_for(state="detached")
        assert not page.evaluate(LOOK), path
    if width == 1280:
        first = page.context.new_page()
        first.goto(f"/search?q={MARK}&range=24h")
        first.locator("table.events tbody tr a").first.click()
        first.wait_for_load_state()
        assert "/events/" in first.url and not first.evaluate(LOOK)
    assert not people.complaints
    assert not [url for url in asked if "127.0.0.1" not in url.split("/")[2]]


@pytest.mark.long
def test_every_alert_of_them_opens(people: Any, running: Any, hostile: dict[str, int]) -> None:
    page = people.window("an.tran")
    with running.centre.state.read() as conn:
        found = alerts.alerts(conn, alerts.AlertFilter(text=MARK, severity=Severity.LOW), None, limit=500)
    for one in found[:: max(1, len(found) // 12)]:
        page.goto(f"/alerts/{one.id}")
        assert not page.evaluate(LOOK), one.id
        assert page.locator("mark").count()
    assert not people.complaints


def test_the_agency_reads_the_warning_and_its_pdf_is_made(people: Any, hostile: dict[str, int]) -> None:
    page = people.window("cntt.soyte", language="vi")
    for path in ("/portal", f"/portal/warnings/{hostile['bulletin']}"):
        page.goto(path)
        assert not page.evaluate(LOOK), path
    for language in ("vi", "en"):
        answer = page.request.get(f"/portal/warnings/{hostile['bulletin']}/warning.pdf?language={language}")
        assert answer.status == 200 and answer.body().startswith(b"%PDF-")
