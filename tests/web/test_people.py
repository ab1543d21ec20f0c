"""What a person does: logs in, searches by keyboard, changes something, meets an error."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

HTML = {"Accept": "text/html"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def press(browser: Any, *keys: str) -> None:
    ActionChains(browser.driver).send_keys(*keys).perform()


def focused(browser: Any) -> Any:
    return browser.driver.switch_to.active_element


def test_by_keyboard_from_the_search_box_to_the_machine(browser: Any) -> None:
    browser.open("/accuracy")
    press(browser, "/")
    assert focused(browser).get_attribute("id") == "q"
    press(browser, "stor-r2-u06", Keys.ENTER)
    browser.until(lambda: browser.driver.current_url.endswith("/search?q=stor-r2-u06"))
    for _ in range(30):
        press(browser, Keys.TAB)
        if focused(browser).text == "stor-r2-u06":
            break
    press(browser, Keys.ENTER)
    browser.until(lambda: browser.find("h1").text == "stor-r2-u06")


def test_arrows_walk_through_a_rack_and_the_bays(inventory: Any, browser: Any) -> None:
    browser.open("/racks/par:A:1:R1")
    browser.run("document.querySelector('.elevation a.machine').focus()")
    for name in ("stor-r1-u08", "stor-r1-u06"):
        press(browser, Keys.ARROW_DOWN)
        assert name in focused(browser).get_attribute("textContent")
    press(browser, Keys.ARROW_UP, Keys.ENTER)
    browser.until(lambda: browser.find("h1").text == "stor-r1-u08")
    browser.run("document.querySelector('.bay').focus()")
    press(browser, Keys.ARROW_RIGHT)
    assert focused(browser).text.startswith("2")


def test_the_first_tab_leads_past_the_header(browser: Any) -> None:
    browser.open("/walk")
    press(browser, Keys.TAB)
    assert focused(browser).text == "To the content"
    assert focused(browser).rect["x"] >= 0


def test_without_a_token_a_page_is_a_login(inventory: Any) -> None:
    for path in ("/", "/search?q=x", "/machines/none"):
        answer = inventory.request("GET", path, token="", headers=HTML)
        assert answer.status == 401 and b'name="token"' in answer.body
        assert answer.headers["WWW-Authenticate"] == "Bearer", "no browser asks by a box of its own"
    assert inventory.request("GET", "/", token="footing-read-00", headers=HTML).status == 401
    answer = inventory.request("GET", "/", token=inventory.tokens["report"], headers=HTML)
    assert answer.status == 403 and b"may only report" in answer.body


def test_a_login_sets_a_cookie_that_scripts_cannot_read_and_leads_on(inventory: Any, browser: Any) -> None:
    assert browser.run("return document.cookie") == ""
    cookie = next(c for c in browser.driver.get_cookies() if c["name"] == "footing_token")
    assert cookie["httpOnly"] and cookie["sameSite"] == "Lax"
    body = urlencode({"token": inventory.tokens["read"] + "\n", "next": "/racks/par:A:1:R1?highlight=state:failed"})
    answer = inventory.request("POST", "/login", body, token="", headers=FORM)
    assert (answer.status, answer.headers["Location"]) == (303, "/racks/par:A:1:R1?highlight=state:failed")
    for elsewhere in ("//evil.example/", "https://evil.example/", "/\\evil.example"):
        answer = inventory.request("POST", "/login", urlencode({"token": inventory.tokens["read"], "next": elsewhere}), token="", headers=FORM)
        assert (answer.status, answer.headers["Location"]) == (303, "/")
    answer = inventory.request("POST", "/login", urlencode({"token": "wrong"}), token="", headers=FORM)
    assert answer.status == 401 and b"unknown or revoked" in answer.body and "Set-Cookie" not in answer.headers


def test_the_cookie_reads_the_api_and_never_writes_to_it(inventory: Any) -> None:
    cookie = {"Cookie": f"footing_token={inventory.tokens['admin']}"}
    assert inventory.request("GET", "/v1/rooms", token="", headers=cookie).status == 200
    assert inventory.request("POST", "/v1/reports", "{}", token="", headers=cookie).status == 401


def alarm_form(inventory: Any, role: str) -> tuple[str, str]:
    page = inventory.request("GET", "/", token="", headers={"Cookie": f"footing_token={inventory.tokens[role]}"}).body.decode()
    path = re.search(r'action="(/edit/alarms/[^"]+)"', page)
    proof = re.search(r'name="proof" value="([0-9a-f]+)"', page)
    return path.group(1) if path else "", proof.group(1) if proof else ""


def test_a_form_needs_its_proof_the_right_site_and_the_right_role(inventory: Any) -> None:
    path, proof = alarm_form(inventory, "admin")
    assert path and not alarm_form(inventory, "read")[0], "who may not edit sees no form"
    read_proof = alarm_form(inventory, "read")[1]

    def send(role: str, fields: dict[str, str], **headers: str) -> int:
        cookie = {"Cookie": f"footing_token={inventory.tokens[role]}"}
        return int(inventory.request("POST", path, urlencode(fields), token="", headers=FORM | cookie | headers).status)
    right = {"proof": proof, "by": "mallory", "back": "/"}
    assert send("admin", right | {"proof": ""}) == 403
    assert send("admin", right | {"proof": read_proof}) == 403
    assert send("admin", right, **{"Sec-Fetch-Site": "cross-site"}) == 403
    assert send("read", right | {"proof": read_proof}) == 403
    assert send("admin", right, **{"Content-Type": "text/plain"}) == 403
    assert inventory.request("POST", path, urlencode(right), token="", headers=FORM).status == 401
    assert [alarm["state"] for alarm in inventory.get("/v1/alarms")["alarms"]] == ["open"], "none of these changed anything"


def test_an_alarm_is_acknowledged_from_the_page(inventory: Any, browser: Any) -> None:
    browser.open("/")
    assert "looks blank" in browser.find(".alarm").text
    browser.find(".alarm input[name=by]").send_keys("anna", Keys.ENTER)
    browser.until(lambda: "Acknowledged by anna" in browser.find(".alarm").text)
    assert inventory.get("/v1/alarms")["alarms"][0]["acknowledged_by"] == "anna"


def test_errors_are_pages_for_people_and_problems_for_programs(inventory: Any) -> None:
    for path, status, words in (("/machines/none", 404, "Nothing is known"), ("/nowhere", 404, "no page"), ("/?nonsense=1", 400, "nonsense"),
                                ("/?at=yesterday", 400, "yesterday"), ("/racks/par", 404, "Nothing is known")):
        answer = inventory.request("GET", path, headers=HTML)
        assert answer.status == status and words in answer.body.decode(), path
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert inventory.request("GET", "/nowhere").headers["Content-Type"] == "application/problem+json"


def test_the_elevation_as_json_and_as_a_drawing(inventory: Any, browser: Any) -> None:
    rack = inventory.get("/v1/racks/par:A:1:R1/elevation")
    assert [(m["name"], m["unit"], m["state"]) for m in rack["machines"]][:2] == [("stor-r1-u30", "30", "attention"), ("stor-r1-u08", "8", "attention")]
    answer = inventory.request("GET", "/v1/racks/par:A:1:R1/elevation?render=svg")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    browser.open("/v1/racks/par:A:1:R1/elevation?render=svg&highlight=state:failed")
    assert browser.run("return document.documentElement.tagName") == "svg", "it is well-formed XML"
    assert len(browser.all(".highlighted")) == 1
    for query, status in (("render=pdf", 400), ("highlight=all", 400), ("at=x", 400), ("x=1", 400)):
        assert inventory.request("GET", f"/v1/racks/par:A:1:R1/elevation?{query}").status == status
    assert inventory.request("GET", "/v1/racks/nowhere/elevation").status == 404
    assert inventory.request("GET", "/v1/racks/par:A:1:R7/elevation").status == 404


def test_the_past_is_shown_as_it_was(inventory: Any, browser: Any) -> None:
    browser.open("/?at=2020-01-01T00:00:00Z")
    assert "No machine has reported yet" in browser.text() and "This is the past" in browser.text()
    browser.open(f"/machines/{inventory.machines['stor-r1-u02']}?at=2100-01-01T00:00:00Z")
    links = browser.run("return [...document.querySelectorAll('main a')].map(a => a.getAttribute('href'))")
    assert any("/racks/" in link and "at=2100" in link for link in links), "links lead to the same time"
