"""What a person says, from the page: where a machine stands, what state a drive is in, that a conflict is settled."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from fleet import EVIL, SECOND, disk, ok, server
from selenium.webdriver.support.ui import Select

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def fields_of(inventory: Any, path: str, to: str) -> dict[str, str]:
    """The hidden fields of the page's form that leads there."""
    page = inventory.request("GET", path, token="", headers={"Cookie": f"footing_token={inventory.tokens['admin']}"}).body.decode()
    form = next(form for form in re.findall(r"<form.*?</form>", page) if f'action="{to}"' in form)
    return dict(re.findall(r'type="hidden" name="([a-z]+)" value="([^"]*)"', form))


def send(inventory: Any, to: str, fields: dict[str, str], role: str = "admin") -> Any:
    cookie = {"Cookie": f"footing_token={inventory.tokens[role]}"}
    return inventory.request("POST", to, urlencode({key: value.replace("&quot;", '"') for key, value in fields.items()}), token="", headers=FORM | cookie)


def test_a_place_is_said_locked_and_taken_back(inventory: Any, browser: Any) -> None:
    lost = inventory.machines["lost"]
    browser.open(f"/machines/{lost}")
    browser.find("#place summary").click()
    for name, value in (("site", "par"), ("room", "A"), ("rack", "R3"), ("unit", "12"), ("note", EVIL), ("by", "anna")):
        box = browser.find(f"#place form [name={name}]")
        box.clear()
        box.send_keys(value)
    browser.find("#place-lock").click()
    browser.find("#place form button").click()
    browser.until(lambda: "locked" in browser.find("#place").text)
    assert EVIL in browser.find("#place").text and "said by anna" in browser.find("#place").text
    assert browser.run("return window.owned") is None
    place = inventory.get(f"/v1/machines/{lost}/location")
    assert place["place"] == {"site": "par", "room": "A", "rack": "R3", "unit": "12"} and all(said["lock"] for said in place["said"])
    browser.open(f"/machines/{lost}/explain")
    assert "human lock" in browser.text().lower().replace("_", " ")
    browser.open("/changes?kind=people")
    assert "rack R3" in browser.text() and "by anna" in browser.text() and EVIL in browser.text()
    browser.open(f"/machines/{lost}")
    browser.driver.find_element("xpath", "//button[.='Take back what people said']").click()
    browser.until(lambda: not browser.all(".said"))
    assert inventory.get(f"/v1/machines/{lost}/location")["place"] == {}


def test_nobody_overwrites_what_he_has_not_seen(inventory: Any) -> None:
    machine = inventory.machines["stor-r3-u02"]
    page, to = f"/machines/{machine}", f"/edit/machines/{machine}/location"
    mine, yours = fields_of(inventory, page, to), fields_of(inventory, page, to)
    assert mine["seen"]
    assert send(inventory, to, yours | {"rack": "R3", "unit": "2", "by": "bob"}).status == 303
    answer = send(inventory, to, mine | {"rack": "R9", "unit": "9", "by": "anna"})
    assert answer.status == 412 and b"Look again" in answer.body and f'href="{page}"'.encode() in answer.body
    assert {said["by"] for said in inventory.get(f"/v1/machines/{machine}/location")["said"]} == {"bob"}
    answer = send(inventory, to, fields_of(inventory, page, to) | {"unit": "attic", "by": "anna"})
    assert answer.status == 400 and b"attic" in answer.body and answer.headers["Content-Type"].startswith("text/html")


def test_a_drive_that_is_gone_becomes_a_spare(inventory: Any, browser: Any) -> None:
    disk = inventory.disks["ZL200603"]
    browser.open(f"/disks/{disk}")
    browser.find("details summary").click()
    choice = Select(browser.find("#state"))
    assert [option.get_attribute("value") for option in choice.options] == ["", "suspect", "failed", "removed", "spare", "retired"], "not present: nothing reports it"
    choice.select_by_value("spare")
    browser.find("#by-state").send_keys("anna")
    browser.find("#note-state").send_keys("on shelf 3")
    browser.find("details button").click()
    browser.until(lambda: browser.find(".lead .badge").text == "○ spare")
    assert "spare: on shelf 3 by anna" in browser.text()
    answer = inventory.get(f"/v1/disks/{disk}")
    assert (answer["state"], answer["state_by"]) == ("spare", "anna")
    to = f"/edit/disks/{disk}/state"
    assert send(inventory, to, fields_of(inventory, f"/disks/{disk}", to) | {"state": "present", "by": "anna"}).status == 409


def test_a_drive_that_was_wiped_on_purpose_may_be_formatted_anew(inventory: Any, browser: Any) -> None:
    report = server(60, "R8", 20, [disk(60, 0)])
    inventory.report(report)
    wiped = disk(60, 0, verdict="suspect", outcome="held", mount_point="", reasons=[{"code": "was_enrolled", "sentence": "it was enrolled"}])
    inventory.report(report | {"report_id": "report-60-wiped", "sequence": SECOND, "drives": ok([wiped])})
    (known,) = inventory.get("/v1/disks?serial=ZL206000")["disks"]
    assert known["id"] in [alarm["disk"] for alarm in inventory.get("/v1/alarms")["alarms"]]
    browser.open(f"/disks/{known['id']}")
    fold = next(fold for fold in browser.all("details") if "wiped on purpose" in fold.text)
    fold.find_element("css selector", "summary").click()
    fold.find_element("css selector", "[name=by]").send_keys("anna")
    fold.find_element("css selector", "button").click()
    browser.until(lambda: "may be formatted anew" in browser.text())
    assert "by anna" in browser.text() and "wiped on purpose" not in browser.text()
    assert known["id"] not in [alarm["disk"] for alarm in inventory.get("/v1/alarms")["alarms"]]
    assert not inventory.get(f"/v1/disks/{known['id']}")["ever_enrolled"]


def test_a_conflict_is_settled_and_the_count_falls(inventory: Any, browser: Any) -> None:
    browser.open("/conflicts")
    before = int(browser.find("header .count").text)
    shared = next(conflict for conflict in inventory.get("/v1/conflicts")["conflicts"] if conflict["kind"] == "identifier_shared")
    to = f"/edit/conflicts/{shared['id']}"
    assert send(inventory, to, fields_of(inventory, "/conflicts", to) | {"seen": '"of yesterday"', "by": "bob"}).status == 412
    item = browser.driver.find_element("id", "c-" + shared["id"])
    item.find_element("css selector", "summary").click()
    item.find_element("css selector", "[name=by]").send_keys("anna")
    item.find_element("xpath", ".//button[.='It is settled']").click()
    browser.until(lambda: int(browser.find("header .count").text) == before - 1)
    assert not browser.driver.find_elements("id", "c-" + shared["id"])


def test_two_machines_that_are_one_are_merged_from_the_work_list(inventory: Any, browser: Any) -> None:
    pair = [server(number, "R8", number - 30, [], host=f"half-{number}", serial="SHARED-0001") for number in (40, 41)]
    first, second = (inventory.report(report)["machine_id"] for report in pair)
    pair[0] |= {"report_id": "half-again", "sequence": SECOND}
    pair[0]["system"]["data"]["kernel"] = "6.12.49"
    inventory.report(pair[0])
    conflict = next(conflict for conflict in inventory.get("/v1/conflicts")["conflicts"] if "SHARED-0001" in conflict["sentence"])
    assert {conflict["machine"], conflict["other"]} == {first, second}
    form = f"/edit/machines/{conflict['machine']}/location"
    seen = fields_of(inventory, f"/machines/{conflict['machine']}", form)
    browser.open("/conflicts")
    item = browser.driver.find_element("id", "c-" + conflict["id"])
    item.find_element("css selector", "summary").click()
    item.find_element("css selector", "[name=by]").send_keys("anna")
    item.find_element("xpath", ".//button[.='They are one: merge']").click()
    browser.until(lambda: not browser.driver.find_elements("id", "c-" + conflict["id"]))
    gone, stays = conflict["machine"], conflict["other"]
    answer = inventory.request("GET", f"/v1/machines/{gone}")
    assert (answer.status, answer.headers["Location"]) == (308, f"/v1/machines/{stays}")
    late = send(inventory, form, seen | {"rack": "R9", "by": "bob"})
    assert late.status == 409 and b"merged into another" in late.body
    browser.open(f"/machines/{gone}")
    assert browser.driver.current_url.endswith(f"/machines/{stays}")
    browser.open("/changes?kind=people")
    assert "merged" in [badge.text for badge in browser.all(".life .badge")] and "by anna" in browser.text()


def test_who_may_only_read_gets_no_form_and_changes_nothing(inventory: Any) -> None:
    machine, disk = inventory.machines["stor-r3-u04"], inventory.disks["ZL200702"]
    cookie = {"Cookie": f"footing_token={inventory.tokens['read']}"}
    for path in (f"/machines/{machine}", f"/machines/{machine}/explain", f"/disks/{disk}", "/conflicts"):
        assert b"/edit/" not in inventory.request("GET", path, token="", headers=cookie).body, path
    past = inventory.request("GET", f"/disks/{disk}?at=2100-01-01T00:00:00Z", token="", headers={"Cookie": f"footing_token={inventory.tokens['admin']}"})
    assert past.status == 200 and b"/edit/" not in past.body, "the past is not changed"
    to = f"/edit/disks/{disk}/state"
    fields = fields_of(inventory, f"/disks/{disk}", to) | {"state": "retired", "by": "mallory"}
    assert send(inventory, to, fields, "read").status == 403
    assert send(inventory, to, fields | {"proof": ""}).status == 403
    assert inventory.get(f"/v1/disks/{disk}")["state"] == "failed"
