"""Every page in a real browser: nothing of a log runs, everybody can read it, it fits a phone, nothing is blocked."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CENTRE = (
    "/situation",
    "/alerts",
    "/alerts/1",
    "/alerts/9",
    "/search?range=all",
    "/search?q=(user:a",
    "/search?q=zzzzz",
    "/search/help",
    "/sql",
    "/sql?range=all&q=SELECT+user,+raw+FROM+events",
    "/sql?q=DROP+TABLE+events",
    "/hunts",
    "/hunts/1",
    "/hunts/1/rule",
    "/incidents",
    "/incidents/1",
    "/warnings",
    "/warnings/1",
    "/warnings/2",
    "/register",
    "/register/agencies/benh-vien-tinh",
    "/rules",
    "/health",
    "/users",
    "/audit?check=1",
    "/account",
    "/nowhere",
)
AGENCY = ("/portal", "/portal/warnings/1", "/portal/systems")
PAGES = (
    [("quan.tri", path) for path in CENTRE] + [("cntt.soyte", path) for path in AGENCY] + [("", "/sign-in")]
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def settled(page: Any, path: str) -> None:
    """The page with the parts that it loads by itself."""
    page.goto(path)
    page.wait_for_timeout(150)
    while page.locator(".htmx-request").count():
        page.locator(".htmx-request").first.wait_for(state="detached")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("name", "path"), PAGES, ids=lambda part: part)
def test_axe_finds_nothing_that_keeps_somebody_out(people: Any, name: str, path: str, theme: str) -> None:
    page = people.window(name, language="vi" if theme == "light" else "en", theme=theme)
    settled(page, path)
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    problems = [
        f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in found.response["violations"]
    ]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(("name", "path"), PAGES, ids=lambda part: part)
def test_it_fits_a_phone_and_the_browser_has_nothing_to_complain_of(
    people: Any, name: str, path: str
) -> None:
    page = people.window(name, language="vi", width=360)
    settled(page, path)
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert too_wide <= 0
    complaints = [one for one in people.complaints if "404" not in one]
    assert not complaints


@pytest.mark.parametrize(
    "path",
    [*CENTRE, "/search?q=onerror&range=all", "/search?q=%3Cimg+src%3Dx+onerror%3D%22window.pwned%3D1%22%3E"],
)
def test_nothing_that_stands_in_a_log_runs(people: Any, path: str) -> None:
    page = people.window("quan.tri")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    settled(page, path)
    for opener in page.query_selector_all("details > summary"):
        opener.evaluate("element => element.parentElement.open = true")
    page.wait_for_timeout(100)
    assert page.evaluate("window.pwned === undefined")
    elsewhere = [url for url in asked if not url.startswith(page.url.split("/", 3)[0] + "//127.0.0.1")]
    assert not elsewhere, "the console loads nothing from elsewhere"


def test_the_event_that_was_hostile_is_there_to_be_read(people: Any) -> None:
    page = people.window("an.tran")
    page.goto("/search?q=onerror&range=all")
    page.click("table.events tbody tr a")
    assert "onerror" in page.inner_text("main")
    assert page.evaluate("window.pwned === undefined")
    assert page.locator(".ctl").count() > 3
