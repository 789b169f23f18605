"""The work of a shift, by mouse and keyboard: sign-in, an alert, an incident, a warning and its confirmation."""

import re
import time
from typing import Any

import pytest

from keng.model.detection import Detection
from keng.state import alerts

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_a_person_signs_in_and_out(people: Any) -> None:
    page = people.window()
    page.goto("/alerts")
    assert "/sign-in?next=" in page.url
    people.sign_in(page, "an.tran", "not the password")
    assert page.get_by_role("alert").inner_text() == "The account or the password is wrong."
    page.goto("/alerts")
    page.fill("#name", "an.tran")
    page.fill("#password", people._password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/alerts")
    page.click("summary:has-text('Trần Minh An')")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.goto("/alerts")
    assert "/sign-in" in page.url


def test_language_and_theme_are_switched(people: Any) -> None:
    page = people.window("an.tran", language="vi", theme="system")
    page.goto("/situation")
    assert page.locator("h1").inner_text() == "Tình hình"
    page.get_by_role("button", name="English").click()
    assert page.locator("h1").inner_text() == "Situation"
    page.get_by_role("button", name="Colours: as the system has them").click()
    page.get_by_role("button", name="Colours: light").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.get_by_role("button", name="Tiếng Việt").click()
    assert page.locator("html").get_attribute("lang") == "vi"


def test_a_new_alert_appears_in_the_queue_by_itself_and_what_was_chosen_stays(
    people: Any, running: Any, province: Any
) -> None:
    page = people.window("an.tran")
    page.goto("/alerts")
    page.locator(".live[data-state=on]").wait_for()
    page.locator("tr[data-alert] input[name=alert]").nth(1).check()
    chosen = page.locator("input[name=alert]:checked").get_attribute("value")
    now_us = time.time_ns() // 1000
    event = province.event("cap-nuoc", "cap-nuoc-windows", "NEW-HOST-77", now_us, {"EventID": 1}, 9_001)
    running.centre.store.insert([event])
    with running.centre.state.write() as conn:
        changes = alerts.record_detections(
            conn, [Detection(province.RULES[0], event, {"EventID": 1}, (event.id,))], now_us
        )
    running.centre.changes.publish(changes)
    page.locator("tr.fresh", has_text="NEW-HOST-77").wait_for(timeout=3_000)
    assert page.locator("input[name=alert]:checked").get_attribute("value") == chosen


def test_the_queue_is_worked_by_keyboard(people: Any) -> None:
    page = people.window("an.tran")
    page.goto("/alerts")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("tr[data-alert]").nth(1)
    assert second.get_attribute("aria-selected") == "true"
    page.keyboard.press("k")
    page.keyboard.press("x")
    assert page.locator("[data-chosen]").inner_text() == "1"
    page.keyboard.press("c")
    page.locator("dialog[open] #reason").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    page.keyboard.press("j")
    identity = page.locator("tr[aria-selected=true]").get_attribute("data-alert")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/alerts/{identity}")


def test_a_span_of_time_is_drawn_on_the_histogram(people: Any) -> None:
    page = people.window("an.tran")
    page.goto("/search?range=24h")
    box = page.locator("svg.histogram").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.95, box["y"] + 20, steps=4)
    page.mouse.up()
    page.wait_for_url("**range=custom**")
    assert re.search(r"from=\d{16}&to=\d{16}", page.url)
    page.locator("table.events tbody tr").first.wait_for()


def test_a_span_of_time_is_chosen_by_keyboard(people: Any) -> None:
    page = people.window("an.tran")
    page.goto("/search?range=24h")
    page.locator(".brushed").focus()
    page.keyboard.press("ArrowLeft")
    for _step in range(8):
        page.keyboard.press("Shift+ArrowLeft")
    assert " – " in page.locator("[data-said]").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**range=custom**")
    page.locator("table.events tbody tr").first.wait_for()


def test_names_and_values_are_completed_by_keyboard(people: Any) -> None:
    page = people.window("an.tran")
    page.goto("/search?range=all")
    box = page.get_by_role("combobox", name="Search", exact=True)
    box.press_sequentially("NOT hos")
    page.get_by_role("option").first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    box.press("ArrowDown")
    assert page.locator("[role=option][aria-selected=true]").inner_text().startswith("host")
    assert box.get_attribute("aria-activedescendant")
    box.press("Enter")
    assert box.input_value() == "NOT host:"
    box.press_sequentially("PC-VAN")
    page.get_by_role("option", name="PC-VANTHU").wait_for()
    box.press("ArrowDown")
    box.press("Tab")
    assert box.input_value() == "NOT host:PC-VANTHU "
    box.press("Enter")
    page.wait_for_url("**q=NOT+host**")


def test_columns_are_chosen_and_remembered(people: Any) -> None:
    page = people.window("truong.trung.tam")
    page.goto("/search?range=all")
    page.click("summary:has-text('Columns')")
    page.check("input[name=column][value=user]")
    page.fill("#more-columns", "ParentImage")
    page.get_by_role("button", name="Remember").click()
    page.locator("th", has_text="ParentImage").wait_for()
    page.goto("/search?range=all")
    page.locator("th", has_text="ParentImage").wait_for()
    page.click("summary:has-text('Columns')")
    page.get_by_role("button", name="As usual").click()
    page.locator("th", has_text="What").wait_for()


def test_a_search_becomes_a_hunt_and_the_hunt_a_rule(people: Any) -> None:
    page = people.window("an.tran")
    page.goto("/search?q=process:vssadmin.exe&range=all")
    page.get_by_role("button", name="Save as a hunt …").click()
    page.fill("#hunt-name", "Shadow copies")
    page.select_option("#hunt-every", "3600")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/hunts/*")
    assert "process:vssadmin.exe" in page.inner_text("main")
    page.get_by_role("link", name="Make a rule …").click()
    assert "vssadmin.exe" in page.locator("pre").inner_text()
    page.get_by_role("button", name="Put the rule to use").click()
    page.wait_for_url("**/hunts/*")
    assert "hunts" in page.get_by_role("status").inner_text()


def test_more_events_are_loaded_and_a_value_is_pivoted_on(people: Any) -> None:
    page = people.window("an.tran")
    page.goto("/search?range=all")
    rows = page.locator("table.events tbody tr")
    rows.first.wait_for()
    before = rows.count()
    rows.last.scroll_into_view_if_needed()
    rows.nth(before).wait_for()
    page.locator(".topvalues a").first.wait_for()
    page.locator("table.events a.pivot").first.click()
    page.wait_for_url("**/search?q=**")
    assert ":" in page.input_value("#q")


def test_from_an_alert_to_a_confirmed_warning(people: Any) -> None:
    analyst = people.window("an.tran")
    analyst.goto("/alerts?text=BV-MAYCHU-01")
    analyst.locator("tr[data-alert] a.cover").first.click()
    assert "vssadmin.exe delete shadows" in analyst.locator(".why mark").first.inner_text()
    assert analyst.locator("tr.matched").count() >= 1
    analyst.get_by_role("button", name="Make an incident").click()
    analyst.wait_for_url("**/incidents/*")
    analyst.fill("#text", "Called the hospital: the server is off the network.")
    analyst.get_by_role("button", name="Add", exact=True).click()
    assert "Called the hospital" in analyst.locator(".timeline").inner_text()
    analyst.get_by_role("button", name="Make a warning").click()
    analyst.wait_for_url("**/warnings/*")
    address = "/warnings/" + analyst.url.rsplit("/", 1)[1]
    analyst.fill("#title_en", "Ransomware is being prepared")
    analyst.fill("#title_vi", "Dấu hiệu chuẩn bị mã hóa tống tiền")
    analyst.get_by_role("button", name="Save the draft").click()
    assert "The head of the centre or an administrator" in analyst.inner_text("main")

    head = people.window("truong.trung.tam")
    head.goto(address)
    head.get_by_role("button", name="Approve").click()
    head.get_by_role("button", name="Publish").wait_for()  # all() does not wait for the approved page
    boxes = head.locator("input[name=agency]").all()
    assert len(boxes) > 2
    for box in boxes:
        box.uncheck()
    head.locator("input[name=agency][value=benh-vien-tinh]").check()
    head.locator("input[name=agency][value=so-y-te]").check()
    head.get_by_role("button", name="Publish").click()
    assert "0 read, 0 confirmed, 2 have not answered" in head.inner_text("main")

    officer = people.window("cntt.benhvien", language="vi")
    officer.goto("/portal")
    officer.get_by_role("link", name="Dấu hiệu chuẩn bị mã hóa tống tiền").click()
    officer.get_by_text("Đơn vị bị tấn công", exact=True).click()
    officer.locator("input[name=done]").first.check()
    officer.fill("#note", "Một máy chủ, đã ngắt mạng.")
    officer.get_by_role("button", name="Xác nhận").click()
    assert "Trung tâm đã nhận phản hồi" in officer.inner_text("main")
    pdf = officer.request.get(f"/portal{address}/warning.pdf")
    assert pdf.body().startswith(b"%PDF-")

    head.reload()
    assert "1 read, 1 confirmed, 1 have not answered" in head.inner_text("main")
    assert "Một máy chủ, đã ngắt mạng." in head.inner_text("main")
    assert not people.complaints
