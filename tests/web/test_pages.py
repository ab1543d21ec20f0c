"""Every page, at the size of a desktop and of a phone, light and dark."""

from __future__ import annotations

import base64
from typing import Any

import looks
import pytest
import qr
from fleet import EVIL
from selenium.webdriver.support.ui import Select

sqlite_alone = pytest.mark.parametrize("inventory", ["sqlite"], indirect=True, scope="session")

RACK = "par:A:1:R1"
EVIL_RACK = "par:B:1:R1=22=3E=3Cscript=3Ewindow.owned=3D1=3C=2Fscript=3E"


def pages(inventory: Any) -> dict[str, str]:
    machine, disk = inventory.machines["stor-r1-u04"], inventory.disks["ZL200205"]
    evil, evil_disk, today = inventory.machines[EVIL], inventory.disks[EVIL], "at=2100-01-01T00:00:00Z"
    return {
        "home": "/", "room": "/rooms/par:A", "row": "/rows/par:A:1", "rack": f"/racks/{RACK}", "rack-marked": f"/racks/{RACK}?highlight=state:failed",
        "rack-overlap": "/racks/par:A:1:R2", "labels": f"/racks/{RACK}/labels", "machine": f"/machines/{machine}",
        "explain": f"/machines/{inventory.machines['stor-r1-u08']}/explain", "label": f"/machines/{machine}/label", "disk": f"/disks/{disk}",
        "search": "/search?q=stor-r1", "search-empty": "/search", "conflicts": "/conflicts", "walk": "/walk", "accuracy": "/accuracy",
        "machine-missing": f"/machines/{inventory.machines['stor-r2-u02']}", "machine-unmapped": f"/machines/{inventory.machines['twin-20']}",
        "disk-missing": f"/disks/{inventory.disks['ZL200603']}", "disk-failing": f"/disks/{inventory.disks['ZL200702']}",
        "drives": "/disks", "drives-all": "/disks?state=all", "drives-none": "/disks?state=retired", "drives-past": f"/disks?state=present&room=par:A&{today}",
        "changes": "/changes", "changes-drives": "/changes?kind=drives&days=7", "changes-none": "/changes?kind=people", "suggestions": "/suggestions",
        "machine-past": f"/machines/{machine}?{today}", "disk-past": f"/disks/{disk}?{today}", "conflicts-past": f"/conflicts?{today}",
        "rack-past": f"/racks/par:C:1:R5?at={inventory.before}", "room-past": f"/rooms/par:C?at={inventory.before}", "row-past": f"/rows/par:C:1?at={inventory.before}",
        "login": "/login", "explain-past": f"/machines/{machine}/explain?{today}", "search-past": f"/search?q=stor-r1&{today}",
        "evil-search": "/search?q=scriptwindow", "evil-changes": f"/changes?machine={evil}", "evil-disk-changes": f"/changes?disk={evil_disk}",
        "no-room": "/rooms/:", "not-found": "/machines/none", "evil-machine": f"/machines/{evil}", "evil-explain": f"/machines/{evil}/explain",
        "evil-rack": f"/racks/{EVIL_RACK}", "evil-labels": f"/racks/{EVIL_RACK}/labels", "evil-disk": f"/disks/{evil_disk}"}


# What else is looked at with its forms open.
FORMS = ("machine", "disk", "disk-missing", "conflicts", "explain")
# In the other two combinations of size and scheme: what has colours or a layout of its own.
SOME = ("home", "row", "rack-marked", "machine", "machine-missing", "disk", "conflicts", "changes", "drives", "machine-past", "explain", "search", "accuracy", "walk")


@sqlite_alone
@pytest.mark.parametrize(("size", "dark"), [(looks.DESKTOP, False), (looks.PHONE, True), (looks.DESKTOP, True), (looks.PHONE, False)],
                         ids=["desktop-light", "phone-dark", "desktop-dark", "phone-light"])
def test_every_page_looks_right_and_does_nothing_else(inventory: Any, open_browser: Any, size: tuple[int, int], dark: bool) -> None:
    browser = open_browser(size, dark)
    wrong = []
    every = (size, dark) in ((looks.DESKTOP, False), (looks.PHONE, True))

    def look(name: str) -> None:
        for check in (looks.NAMES, looks.CONTRAST, looks.WIDTH, looks.TARGETS):
            wrong.extend(f"{name}: {sentence}" for sentence in browser.run(check))
        if name != "login" and not browser.all("header #q"):
            wrong.append(f"{name}: there is no search box")
        if browser.run("return window.owned") is not None:
            wrong.append(f"{name}: a script of a drive ran")
        browser.picture(name)
    for name, path in pages(inventory).items():
        if not every and name not in SOME:
            continue
        browser.open(path)
        look(name)
        if name in FORMS:
            assert browser.all("details"), f"{name} has no form"
            browser.run("for (const fold of document.querySelectorAll('details')) fold.open = true")
            look(name + "-form")
    browser.listen()
    here = browser.url + "/"
    wrong += [f"asked for {url}" for url in browser.requested if not url.startswith((here, "data:", "chrome://"))]
    wrong += [complaint for complaint in browser.complaints if "404" not in complaint]
    assert not wrong, "\n".join(wrong)


def test_a_machine_that_moved_stands_where_it_stood(inventory: Any, browser: Any) -> None:
    old, new = (1, "R5"), (2, "R6")
    for query, (row, rack), (other_row, other_rack) in ((f"?at={inventory.before}", old, new), ("", new, old)):
        for path, shown in ((f"/racks/par:C:{row}:{rack}", "nomad"), (f"/rows/par:C:{row}", rack), ("/rooms/par:C", rack)):
            browser.open(path + query)
            assert shown in browser.text() and other_rack not in browser.text(), path + query
        for path in (f"/racks/par:C:{other_row}:{other_rack}", f"/rows/par:C:{other_row}"):
            browser.open(path + query)
            assert browser.find("h1").text == "Not found", path + query


@sqlite_alone
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
    assert [bay.text.split("\n")[0] for bay in failed] == ["6"], "the printed bay of the kernel's slot 5"
    failed[0].click()
    browser.until(lambda: "ZL200205" in browser.find("h1").text)
    assert "Input/output error" in browser.text()
    assert "stor-r1-u04, bay 6, slot 5" in browser.text()


def test_the_bays_stand_as_from_the_front(inventory: Any, browser: Any) -> None:
    browser.open(f"/machines/{inventory.machines['stor-r2-u02']}")
    bays = [bay.text.split("\n") for bay in browser.all(".bays .bay")]
    assert [bay[0] for bay in bays] == [str(number) for number in range(1, 15)]
    assert [bay[0] for bay in bays if bay[1] == "empty"] == ["13", "14"]
    assert bays[3] == ["4", "! missing"]
    assert "1 drive is missing." in browser.text() and "ZL200603" in browser.text()
    browser.open(f"/machines/{inventory.machines['twin-20']}")
    assert "No chassis map is known" in browser.text() and [bay.text.split("\n")[0] for bay in browser.all(".bay")] == ["0"]


def test_the_life_of_a_drive_is_told(inventory: Any, browser: Any) -> None:
    browser.open(f"/disks/{inventory.disks['ZL200603']}")
    assert "in no machine now; last in stor-r2-u02, bay 4, slot 3" in browser.text()
    assert "no longer reports it" in browser.text() and browser.find(".lead .badge").text == "! missing"
    browser.open(f"/disks/{inventory.disks['ZL200702']}")
    assert browser.find(".lead .badge").text == "✕ failed"
    assert "self-assessment test result: FAILED!" in browser.text() and "4711" in browser.text() and "40321" in browser.text()
    rows = browser.driver.find_element("xpath", "//caption[.='SMART readings over time']/..").find_elements("css selector", "tbody tr")
    told = [[cell.text for cell in row.find_elements("css selector", "td")][1:] for row in rows]
    assert told == [["failing", "4711", "12", "", "", "worse"], ["passed", "5", "0", "", "", ""]]
    assert "got worse: its own test is passed no more, reallocated sectors 5 → 4711, pending sectors 0 → 12" in browser.text()
    browser.open(f"/machines/{inventory.machines['stor-r2-u04']}")
    assert [bay.text.split("\n") for bay in browser.all(".bay.failed")] == [["3", "✕ failed"]], "what a drive says of itself counts, mounted or not"
    browser.open("/rooms/par:A")
    tile = next(tile.text for tile in browser.all(".tile") if tile.text.startswith("R2"))
    assert "1 failed" in tile, "and is seen from the room"
    assert "2 attention" in tile, "and so are the two that stand in one unit"
    browser.open(f"/disks/{inventory.disks['ZL200807']}")
    places = [row.text for row in browser.all("tbody tr")]
    assert len(places) == 2 and places[0].startswith("stor-r2-u08 13") and places[1].startswith("stor-r2-u06 8"), places


def test_a_conflict_says_what_disagrees_since_when_and_what_to_do(inventory: Any, browser: Any) -> None:
    browser.open("/conflicts")
    told = inventory.get("/v1/conflicts")["conflicts"]
    assert told and len(browser.all(".conflict")) == len(told)
    assert browser.find("header .count").text == str(len(told))
    for conflict in told:
        shown = browser.driver.find_element("id", "c-" + conflict["id"]).text
        sentence = conflict["sentence"]
        for name, machine in inventory.machines.items():
            sentence = sentence.replace(machine, name)
        assert sentence in shown and "To do: " in shown and conflict["opened_at"][:10] in shown
    assert EVIL in browser.text(), "a value that two share is shown as it is"
    kinds = {conflict["kind"] for conflict in told}
    assert {"identifier_shared", "overlapping_units", "port_claimed_twice"} <= kinds, kinds


def test_changes_are_told_and_chosen_from(inventory: Any, browser: Any) -> None:
    browser.open("/changes?kind=all")
    told = inventory.get("/v1/changes?limit=1000")["changes"]
    assert len(browser.all(".life li")) == min(300, len(told))
    browser.open("/changes")
    kinds = set(browser.run("return [...document.querySelectorAll('.life .badge')].map(badge => badge.textContent)"))
    assert {"new machine", "drive put in", "drive gone", "drive missing", "conflict opened"} <= kinds and "drive changed" not in kinds, kinds
    browser.open("/changes?kind=states")
    assert sorted(item.find_element("css selector", ".badge").text for item in browser.all(".life li")) == ["drive failed", "drive got worse", "drive missing", "drive missing", "drive present", "drive suspect"]
    browser.driver.find_element("link text", "drives in and out").click()
    browser.until(lambda: "drive gone" in browser.text())
    browser.open("/changes?kind=people")
    assert "Nothing of this kind" in browser.text()
    browser.open("/changes?at=2020-01-01T00:00:00Z&kind=drives")
    assert "Nothing of this kind" in browser.text() and "This is the past" in browser.text()
    browser.driver.find_element("link text", "Back to now").click()
    browser.until(lambda: browser.driver.current_url.endswith("/changes?kind=drives"))
    for wrong in ("days=x", "kind=x"):
        assert inventory.request("GET", "/changes?" + wrong, headers={"Accept": "text/html"}).status == 404


def test_the_search_page_finds_what_the_api_finds(inventory: Any, browser: Any) -> None:
    for query in ("0603", "R1 U4", "tor-r1:swp4", "00-1B-21-00-00-02", "192.0.2.7", "TAG-0003", "stor-r2"):
        hits = inventory.get("/v1/search?limit=100&q=" + query.replace(" ", "%20"))["hits"]
        browser.open("/search?q=" + query.replace(" ", "%20"))
        links = [link.get_attribute("href").rsplit("/", 1)[1] for link in browser.all(".hits li > a:first-of-type")]
        assert hits and links == [hit["id"] for hit in hits], query


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
    # 14 of 20: four have one source, one has none, one is contradicted.
    assert browser.find(".figure b").text == "70.0 %"
    assert "stor-r1-u08" in inventory.request("GET", "/conflicts", headers={"Accept": "text/html"}).body.decode()


def test_the_walk_list_begins_with_what_confirms_most(browser: Any) -> None:
    browser.open("/walk")
    first = browser.all(".walk li")[0].text
    assert "confirms the rack of 5 machines" in first and "5 of 20 so far" in first


def test_drives_are_listed_by_place_and_chosen_by_state_room_and_model(inventory: Any, browser: Any) -> None:
    def serials() -> list[str]:
        return [link.text for link in browser.all(".walk b a")]
    browser.open("/")
    browser.driver.find_element("link text", "Drives").click()
    browser.until(lambda: browser.find("h1").text == "Drives")
    assert serials() == ["ZL200205", "ZL200603", "ZL200702"], "suspect, missing and failed, from rack to rack"
    assert [badge.text for badge in browser.all(".walk .badge")] == ["✕ suspect, unreadable", "! missing", "✕ failed"]
    assert "was in stor-r2-u02, bay 4" in browser.text() and browser.find(".filters [aria-current]").text == "to look at (3)"
    browser.driver.find_element("link text", "missing (1)").click()
    browser.until(lambda: serials() == ["ZL200603"])
    browser.open("/disks?state=all")
    assert serials()[:13] == [f"ZL2001{bay:02}" for bay in range(12)] + ["ZL200200"], "bay by bay"
    Select(browser.find("#room")).select_by_value("par:B")
    browser.find("main form button").click()
    browser.until(lambda: "room=par" in browser.driver.current_url)
    assert serials() == [EVIL] and browser.run("return window.owned") is None
    assert Select(browser.find("#room")).first_selected_option.text == "site par · room B"
    browser.open("/disks?state=present")
    Select(browser.find("#model")).select_by_visible_text("ST16000NM")
    browser.find("main form button").click()
    browser.until(lambda: "model=ST" in browser.driver.current_url)
    told = [disk for disk in inventory.get("/v1/disks?state=present&model=ST16000NM&limit=1000")["disks"]]
    assert sorted(serials()) == sorted(disk["serial"] for disk in told) and len(told) > 100
    ids = sorted(disk["id"] for disk in told)
    browser.open(f"/disks?state=present&model=ST16000NM&after={ids[-3]}")
    assert "A part: 2 drives" in browser.text()
    for wrong in ("state=lost", "room=x", "room=a:b:c"):
        assert inventory.request("GET", "/disks?" + wrong, headers={"Accept": "text/html"}).status == 404, wrong


@sqlite_alone
def test_what_is_printed_is_black_on_white_without_what_paper_cannot_do(open_browser: Any) -> None:
    browser = open_browser(looks.DESKTOP, True)
    scheme = [{"name": "prefers-color-scheme", "value": "dark"}]
    try:
        for path in ("/disks", "/conflicts", "/walk", f"/racks/{RACK}", f"/racks/{RACK}/labels"):
            browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": scheme})
            browser.open(path)
            assert browser.run("return getComputedStyle(document.body).backgroundColor + getComputedStyle(document.body).color") == "rgb(255, 255, 255)rgb(0, 0, 0)", path
            assert browser.run("return [...document.querySelectorAll('header,footer,form,details,button,.filters,.place')].filter(e => e.getClientRects().length).map(e => e.outerHTML)") == [], path
            assert browser.run(looks.CONTRAST) == [], path
            assert browser.text(), path
            browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "screen", "features": scheme})
            if browser.all("[data-print]"):
                browser.run("window.print = () => { window.printed = true; }")
                browser.find("[data-print]").click()
                assert browser.run("return window.printed") is True, path
            else:
                assert path == "/conflicts", path
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": scheme})


@sqlite_alone
def test_the_code_on_a_label_holds_the_tag_itself(inventory: Any, browser: Any) -> None:
    browser.open(f"/racks/{RACK}/labels")
    labels = browser.all(".label")
    held = [qr.read(label.find_element("css selector", "svg").get_attribute("outerHTML")).decode() for label in labels]
    assert held == [RACK, "SRV00005", "TAG-0004", "TAG-0003", "TAG-0002", "TAG-0001"]
    assert [label.find_element("css selector", "code").text for label in labels] == held, "and says it in letters too"
    browser.open(f"/racks/{EVIL_RACK}/labels")
    assert qr.read(browser.find(".label svg").get_attribute("outerHTML")).decode() == EVIL_RACK, "several blocks"


@sqlite_alone
def test_labels_and_a_rack_print_on_paper(browser: Any) -> None:
    for path, pages_at_most in ((f"/racks/{RACK}/labels", 1), (f"/racks/{RACK}", 2), ("/walk", 2), ("/disks", 1), ("/conflicts", 2)):
        browser.open(path)
        pdf = base64.b64decode(browser.driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "paperWidth": 8.27, "paperHeight": 11.69})["data"])
        assert 1 <= pdf.count(b"/Type /Page\n") <= pages_at_most, path
