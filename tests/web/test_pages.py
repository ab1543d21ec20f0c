"""Every page, at the size of a desktop and of a phone, light and dark."""

from __future__ import annotations

import base64
from typing import Any

import looks
import pytest
from fleet import EVIL

RACK = "par:A:1:R1"
EVIL_RACK = "par:B:1:R1=22=3E=3Cscript=3Ewindow.owned=3D1=3C=2Fscript=3E"


def pages(inventory: Any) -> dict[str, str]:
    machine, disk = inventory.machines["stor-r1-u04"], inventory.disks["ZL200205"]
    evil = inventory.machines[EVIL]
    return {
        "home": "/", "room": "/rooms/par:A", "row": "/rows/par:A:1", "rack": f"/racks/{RACK}", "rack-marked": f"/racks/{RACK}?highlight=state:failed",
        "rack-overlap": "/racks/par:A:1:R2", "labels": f"/racks/{RACK}/labels", "machine": f"/machines/{machine}",
        "explain": f"/machines/{inventory.machines['stor-r1-u08']}/explain", "label": f"/machines/{machine}/label", "disk": f"/disks/{disk}",
        "search": "/search?q=stor-r1", "search-empty": "/search", "conflicts": "/conflicts", "walk": "/walk", "accuracy": "/accuracy",
        "no-room": "/rooms/:", "not-found": "/machines/none", "evil-machine": f"/machines/{evil}", "evil-explain": f"/machines/{evil}/explain",
        "evil-rack": f"/racks/{EVIL_RACK}", "evil-labels": f"/racks/{EVIL_RACK}/labels", "evil-disk": f"/disks/{inventory.disks[EVIL]}"}


@pytest.mark.parametrize(("size", "dark"), [(looks.DESKTOP, False), (looks.PHONE, True), (looks.DESKTOP, True), (looks.PHONE, False)],
                         ids=["desktop-light", "phone-dark", "desktop-dark", "phone-light"])
def test_every_page_looks_right_and_does_nothing_else(inventory: Any, open_browser: Any, size: tuple[int, int], dark: bool) -> None:
    browser = open_browser(size, dark)
    wrong = []
    for name, path in pages(inventory).items():
        browser.open(path)
        for check in (looks.NAMES, looks.CONTRAST, looks.WIDTH, looks.TARGETS):
            wrong += [f"{name}: {sentence}" for sentence in browser.run(check)]
        if browser.run("return window.owned") is not None:
            wrong.append(f"{name}: a script of a drive ran")
        browser.picture(name)
    browser.listen()
    here = browser.url + "/"
    wrong += [f"asked for {url}" for url in browser.requested if not url.startswith((here, "data:", "chrome://"))]
    wrong += [complaint for complaint in browser.complaints if "404" not in complaint]
    assert not wrong, "\n".join(wrong)


def test_the_policy_stops_what_escaping_would_let_through(browser: Any) -> None:
    """The control of the test above: a violation is seen by it, and runs nothing."""
    browser.open("/")
    browser.listen()
    browser.complaints.clear()
    browser.run("document.querySelector('main').innerHTML += '<img src=\"/assets/x\" onerror=\"window.owned=1\"><p style=\"color:red\">x</p>';"
                "const s = document.createElement('script'); s.textContent = 'window.owned=1'; document.body.append(s);"
                "new Image().src = 'http://127.0.0.2/outside';")
    browser.driver.execute_async_script("setTimeout(arguments[0], 300)")
    browser.listen()
    assert browser.run("return window.owned") is None
    assert sum("Content Security Policy" in complaint for complaint in browser.complaints) >= 3, browser.complaints
    browser.complaints.clear()
    browser.requested.clear()


def test_what_a_drive_calls_itself_is_shown_as_it_is(inventory: Any, browser: Any) -> None:
    browser.open(f"/machines/{inventory.machines[EVIL]}")
    assert browser.find("h1").text == EVIL
    assert EVIL in browser.text()
    browser.open(f"/disks/{inventory.disks[EVIL]}")
    assert browser.find("h1").text == "Drive " + EVIL
    browser.find("#q").send_keys(EVIL + "\n")
    browser.until(lambda: browser.find("h1").text == "Search")
    assert "hits for “" + EVIL in browser.text()
    assert browser.find("#q").get_attribute("value") == EVIL


def test_the_failed_drive_is_found_from_the_first_page(inventory: Any, browser: Any) -> None:
    browser.open("/")
    for link in ("Room A", "R1"):
        browser.driver.find_element("partial link text", link).click()
        browser.until(lambda: link in browser.find("h1").text)  # noqa: B023
    assert "failed" in browser.find(".elevation .failed title").get_attribute("textContent")
    browser.driver.find_element("link text", "stor-r1-u04").click()
    browser.until(lambda: browser.find("h1").text == "stor-r1-u04")
    failed = browser.all(".bay.failed")
    assert [bay.text.split("\n")[0] for bay in failed] == ["5"]
    failed[0].click()
    browser.until(lambda: "ZL200205" in browser.find("h1").text)
    assert "Input/output error" in browser.text()
    assert "put into stor-r1-u04, slot 5" in browser.text()


def test_the_elevation_draws_each_machine_where_it_stands(browser: Any) -> None:
    browser.open(f"/racks/{RACK}")
    order = [machine.text.split("\n")[0] for machine in browser.all("tbody td:nth-child(2)")]
    assert order == ["stor-r1-u30", "stor-r1-u08", "stor-r1-u06", "stor-r1-u04", "stor-r1-u02"]
    tops = browser.run("return [...document.querySelectorAll('.elevation a.machine')].map(a => Number(a.querySelector('rect').getAttribute('y')))")
    assert tops == [(42 - unit) * 22 + 1 for unit in (30, 8, 6, 4, 2)]
    browser.open("/racks/par:A:1:R2")
    twins = browser.run("return [...document.querySelectorAll('.elevation a.machine')].filter(a => a.textContent.includes('twin'))"
                        ".map(a => { const b = a.getBoundingClientRect(); return [b.left, b.right]; })")
    assert len(twins) == 2 and twins[0][1] <= twins[1][0] + 1, "machines in one unit are drawn beside each other"
    assert len(browser.all(".elevation .attention")) == 2, "and a person is asked to look"


def test_accuracy_counts_units_that_two_sources_agree_on(inventory: Any, browser: Any) -> None:
    browser.open("/accuracy")
    # 14 of 19: three have one source, one has none, one is contradicted.
    assert browser.find(".figure b").text == "73.6 %"
    assert "stor-r1-u08" in inventory.request("GET", "/conflicts", headers={"Accept": "text/html"}).body.decode()


def test_the_walk_list_begins_with_what_confirms_most(browser: Any) -> None:
    browser.open("/walk")
    first = browser.all(".walk li")[0].text
    assert "confirms the rack of 5 machines" in first and "5 of 19 so far" in first


def test_labels_and_a_rack_print_on_paper(browser: Any) -> None:
    for path, pages_at_most in ((f"/racks/{RACK}/labels", 1), (f"/racks/{RACK}", 2), ("/walk", 2)):
        browser.open(path)
        pdf = base64.b64decode(browser.driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "paperWidth": 8.27, "paperHeight": 11.69})["data"])
        assert 1 <= pdf.count(b"/Type /Page\n") <= pages_at_most, path
