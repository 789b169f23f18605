"""What the people of the demo do, through the console, each with an own sign-in.

The analyst on duty takes the campaign's alerts, opens an incident and drafts a warning; the head of the centre
approves and publishes it; officers of the agencies read it and confirm, one after another; two leave it open.
Alerts that the campaign raises later are added to the incident.
"""

import asyncio
import re
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack

from keng.demo.browser import Browser, ConsoleError, Page
from keng.demo.cast import ANALYST, HEAD, Cast
from keng.i18n import _, language

ALERTS_FOR_AN_INCIDENT = 3
LOOK_EVERY_S = 2.0
THINK_S = 3.0
MORE_ALERTS_AFTER_S = 60.0
SILENT = 2  # agencies that have not answered when the story ends, as in life
_INCIDENT = re.compile(r"/incidents/(\d+)")
_WARNING = re.compile(r"/warnings/(\d+)")
_NUMBER = re.compile(r"\b(?:SC|CB)-\d{4}-\d{4,}\b")


class Told:
    """What the story has come to. say: how it is told."""

    def __init__(self, say: Callable[[str, str, str, str], None]) -> None:
        self.say = say
        self.incident = ""
        self.warning = ""
        self.published = False
        self.read = 0
        self.confirmed = 0
        self.stuck = ""


class Story:
    """play() runs once. agencies: in the order of the campaign, those that it hits."""

    def __init__(
        self, console_url: str, cast: Cast, agencies: dict[str, str], hit: Iterable[str], told: Told
    ) -> None:
        self._url = console_url
        self._cast = cast
        self._names = agencies
        self._hit = list(hit)
        self._struck: list[str] = []
        self._told = told

    async def play(self) -> None:
        """From the first alerts of the campaign to the last confirmation. Raises ConsoleError."""
        async with AsyncExitStack() as people:
            analyst = await self._person(people, ANALYST)
            incident = await self._open_incident(analyst)
            await asyncio.sleep(THINK_S)
            warning = await self._draft(analyst, incident)
            await asyncio.sleep(THINK_S)
            head = await self._person(people, HEAD)
            await self._publish(head, warning)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._answers(warning))
                group.create_task(self._add_more(analyst, incident))

    async def _person(self, people: AsyncExitStack, account: str) -> Browser:
        browser = await people.enter_async_context(Browser(self._url, language()))
        await browser.sign_in(account, self._cast.password)
        return browser

    async def _open_incident(self, analyst: Browser) -> str:
        """Wait for alerts at a second agency, then make one incident of all; the incident's path."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            page, by_agency = await self._campaign_alerts(analyst)
            chosen = [alert for alerts in by_agency.values() for alert in alerts]
            struck = sum(1 for alerts in by_agency.values() if alerts)
            if struck >= 2 and len(chosen) >= ALERTS_FOR_AN_INCIDENT:
                self._struck = [agency for agency, alerts in by_agency.items() if alerts]
                break
        made = await analyst.submit(page, "/alerts/bulk", {"alert": chosen}, "action=incident")
        path = _path(_INCIDENT, made)
        self._told.incident = _numbered(made)
        what = _(
            "Incident {number}: {who} opens it", number=self._told.incident, who=self._cast.names[ANALYST]
        )
        where = ", ".join(self._names[agency] for agency in self._struck)
        self._told.say("■", "bold magenta", what, _("{n} alerts at {where}", n=len(chosen), where=where))
        self._told.say("■", "magenta", self._url + path, "")
        return path

    async def _campaign_alerts(self, analyst: Browser) -> tuple[Page, dict[str, list[str]]]:
        """Open alerts of at least high severity at the agencies of the campaign, and the page they stand on."""
        found: dict[str, list[str]] = {}
        page = Page("", "")
        for agency in self._hit:
            page = await analyst.open(f"/alerts?view=open&severity=high&agency={agency}")
            found[agency] = page.form("/alerts/bulk").choices.get("alert", [])
        return page, found

    async def _draft(self, analyst: Browser, incident: str) -> str:
        page = await analyst.open(incident)
        draft = await analyst.submit(page, f"{incident}/warning", {})
        path = _path(_WARNING, draft)
        self._told.warning = _numbered(draft)
        what = _(
            "Warning {number}: {who} drafts it", number=self._told.warning, who=self._cast.names[ANALYST]
        )
        self._told.say("◆", "bold magenta", what, _("in Vietnamese and English"))
        return path

    async def _publish(self, head: Browser, warning: str) -> None:
        page = await head.open(warning)
        approved = await head.submit(page, f"{warning}/approve", {})
        chosen = list(self._cast.officers)
        await head.submit(approved, f"{warning}/publish", {"agency": chosen})
        self._told.published = True
        what = _(
            "Warning {number}: {who} approves and publishes it",
            number=self._told.warning,
            who=self._cast.names[HEAD],
        )
        self._told.say("◆", "bold magenta", what, _("to {n} agencies", n=len(chosen)))
        self._told.say("◆", "magenta", self._url + warning, "")

    async def _answers(self, warning: str) -> None:
        """Officers read, think, and confirm: those already hit at once, those that the campaign reaches later last."""
        others = [agency for agency in self._cast.officers if agency not in self._hit]
        later = [agency for agency in self._hit if agency not in self._struck]
        answering = [*self._struck, *others[: len(others) - SILENT], *later]
        async with asyncio.TaskGroup() as group:
            for order, agency in enumerate(answering):
                group.create_task(self._answer(agency, warning, 2.0 + order * 2.5))

    async def _answer(self, agency: str, warning: str, after_s: float) -> None:
        await asyncio.sleep(after_s)
        async with Browser(self._url, language()) as officer:
            await officer.sign_in(self._cast.officers[agency], self._cast.password)
            page = await officer.open(f"/portal{warning}")
            self._told.read += 1
            await asyncio.sleep(THINK_S)
            finding = "hit" if agency in self._hit else "not_hit"
            form = page.form(f"{warning}/confirm")
            changes: dict[str, str | list[str]] = {"finding": finding}
            steps = form.choices.get("done", [])
            if steps:
                changes["done"] = steps if agency not in self._hit else steps[:1]
            await officer.submit(page, f"{warning}/confirm", changes)
        self._told.confirmed += 1
        answer = _("hit, is acting on it") if finding == "hit" else _("checked, not hit")
        self._told.say("✓", "green", _("{agency} has read and confirmed", agency=self._names[agency]), answer)

    async def _add_more(self, analyst: Browser, incident: str) -> None:
        """What the campaign did after the warning goes into the same incident."""
        await asyncio.sleep(MORE_ALERTS_AFTER_S)
        page, by_agency = await self._campaign_alerts(analyst)
        number = incident.rsplit("/", 1)[-1]
        chosen = [alert for alerts in by_agency.values() for alert in alerts]
        if chosen:
            await analyst.submit(page, "/alerts/bulk", {"alert": chosen, "incident": number}, "action=add")
            what = _("Incident {number} grows", number=self._told.incident)
            self._told.say("■", "bold magenta", what, _("{n} more alerts", n=len(chosen)))


def _path(pattern: re.Pattern[str], page: Page) -> str:
    match = pattern.search(page.url)
    if match is None:
        raise ConsoleError(f"unexpected page: {page.url}")
    return match[0]


def _numbered(page: Page) -> str:
    match = _NUMBER.search(page.html)
    return match[0] if match else ""
