"""The inventory with a fleet in it, and a browser that tells what a page tried."""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

sys.path.insert(0, str(Path(__file__).parent))

from fleet import CHASSIS_MAPS, SECOND, WIRES, fleet, later  # noqa: E402
from looks import DESKTOP, PHONE  # noqa: E402


def _inventory_tests() -> Any:
    """tests/inventory's conftest, which starts the process; pytest knows only one module of that name."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "inventory"))
    spec = importlib.util.spec_from_file_location("inventory_process", Path(__file__).parent.parent / "inventory" / "conftest.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_tests = _inventory_tests()
Inventory = _tests.Inventory
postgres = _tests.postgres

SCREENSHOTS = Path(os.environ.get("FOOTING_SCREENSHOTS", "build/web-screenshots"))


@pytest.fixture(scope="session", params=_tests.DATABASES)
def inventory(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """On each database; what is marked `sqlite_alone` asks how a page looks, which is the same on both and takes the most time."""
    folder = tmp_path_factory.mktemp("inventory")
    (folder / "chassis.yaml").write_text(CHASSIS_MAPS)
    (folder / "inventory.yaml").write_text(f"chassis_maps: {folder / 'chassis.yaml'}\nplaceholders: [TAG-0005]\n")
    service = Inventory(folder, _tests.new_database(request, folder), "--config", str(folder / "inventory.yaml"))
    (folder / "wires.csv").write_text(WIRES)
    service.run("import", "wire-map", str(folder / "wires.csv"))
    service.start()
    service.machines = {}
    for report in fleet():
        service.machines[report["system"]["data"]["host_name"]] = service.report(report)["machine_id"]
    service.before = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    # A drive that was enrolled and looks blank: an alarm.
    again = fleet()[4]
    again["report_id"], again["sequence"] = "again", SECOND
    again["drives"]["data"][3] |= {"verdict": "blank", "outcome": "held", "mount_point": ""}
    service.report(again)
    for report in later():
        service.report(report)
    service.disks = {disk["serial"]: disk["id"] for disk in service.get("/v1/disks?limit=1000")["disks"]}
    yield service
    assert service.stop() == 0


class Browser:
    """Headless Chromium at one size and in one scheme, with everything that its pages tried to load or ran into."""

    def __init__(self, url: str, folder: Path, size: tuple[int, int], dark: bool) -> None:
        self.url = url
        self.name = f"{'phone' if size == PHONE else 'desktop'}-{'dark' if dark else 'light'}"
        options = webdriver.ChromeOptions()
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                         "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                         f"--user-data-dir={folder}", f"--window-size={size[0]},{size[1]}"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options, Service("/usr/bin/chromedriver"))
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size == PHONE})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia",
                                    {"features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})
        self.requested: list[str] = []
        self.complaints: list[str] = []

    def log_in(self, token: str) -> None:
        self.open("/login")
        self.driver.find_element(By.ID, "token").send_keys(token)
        self.driver.find_element(By.CSS_SELECTOR, ".login button").click()
        self.until(lambda: self.driver.current_url == self.url + "/")

    def open(self, path: str) -> None:
        self.driver.get(self.url + path)

    def until(self, so: Callable[[], bool]) -> None:
        """A click or a key begins a navigation, and doesn't wait for it."""
        WebDriverWait(self.driver, 20, ignored_exceptions=[WebDriverException]).until(lambda _: so())

    def find(self, selector: str) -> Any:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[Any]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def text(self) -> str:
        return str(self.find("main").text)

    def listen(self) -> None:
        """Takes what was logged since the last time."""
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self.requested.append(message["params"]["request"]["url"])
        self.complaints += [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]

    def picture(self, name: str) -> None:
        """The whole page, however long it is."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        height = self.run("return document.documentElement.scrollHeight")
        width = self.run("return document.documentElement.clientWidth")
        shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {
            "format": "png", "captureBeyondViewport": True, "clip": {"x": 0, "y": 0, "width": width, "height": min(height, 4000), "scale": 1}})
        (SCREENSHOTS / f"{name}-{self.name}.png").write_bytes(base64.b64decode(shot["data"]))


@pytest.fixture(scope="session")
def open_browser(inventory: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    made: dict[tuple[tuple[int, int], bool], Browser] = {}

    def opened(size: tuple[int, int] = DESKTOP, dark: bool = False) -> Browser:
        if (size, dark) not in made:
            made[size, dark] = Browser(f"http://127.0.0.1:{inventory.port}", tmp_path_factory.mktemp("chromium"), size, dark)
            made[size, dark].log_in(inventory.tokens["admin"])
        return made[size, dark]
    yield opened
    for browser in made.values():
        browser.driver.quit()


@pytest.fixture
def browser(open_browser: Any) -> Browser:
    return open_browser()
