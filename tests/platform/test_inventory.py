"""footing-inventory as the states bring it up on a machine that systemd booted: its own unit, SQLite or PostgreSQL, TLS, nginx in front."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from booted import Booted
from conftest import BUILD
from masterless import CHECKOUT, VENV, Minion

FOLDER = "/etc/footing-inventory"
SECRET = "p4ss-w0rd-of-the-database"
SOCKET = "postgresql://footing-inventory@/footing?host=/run/postgresql"
TCP = f"postgresql://footing-inventory@127.0.0.1/footing?passfile={FOLDER}/pgpass&sslmode=require"
TOKEN = f"{FOLDER}/agents.token"


class Site:
    """The machine, and a minion on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for part in ("machine", "minion", "pki"):
            (folder / part).mkdir()
        programs = {BUILD / "bin" / name: Path("/usr/bin") / name for name in ("footing", "footing-inventory")}
        same = [CHECKOUT, VENV.parent, folder / "minion", folder / "pki"]
        self.machine = Booted(folder / "machine", {**{path: path for path in same}, **programs})
        self.minion = Minion(folder / "minion", "inv-1", self.machine.prefix)
        self.machine.run("cp", CHECKOUT / "inventory/footing-inventory.service", "/usr/lib/systemd/system/")
        self.machine.run("systemctl", "daemon-reload")

    def stat(self, path: str) -> str:
        return self.machine.run("stat", "-c", "%a %U:%G", path).stdout.strip()

    def as_nobody(self, path: str) -> bool:
        return self.machine.run("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "cat", path, check=False).returncode == 0

    def started(self) -> str:
        return self.machine.run("systemctl", "show", "-P", "InvocationID", "footing-inventory").stdout

    def report(self, url: str, **more: str) -> subprocess.CompletedProcess[str]:
        """What an agent on this machine, with its token, says."""
        self.machine.write("/etc/footing/footing.yaml", json.dumps({
            "cluster": "par-1", "machine": "9c5b0000-0000-5000-8000-000000000001",
            "inventory": {"url": url, "token_file": TOKEN, **more}, "disks": []}))
        return self.machine.run("footing", "report", "--send", check=False)

    def pair(self, name: str, days: int = 30) -> tuple[Path, Path]:
        """A certificate of the site's CA for the inventory, and its key."""
        pki = self.folder / "pki"

        def openssl(*words: str | Path) -> None:
            subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=pki)

        if not (pki / "ca.pem").exists():
            openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
                    "-subj", "/CN=site", "-days", "30")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr",
                "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-copy_extensions", "copy",
                "-days", str(days), "-out", f"{name}.pem")
        return pki / f"{name}.pem", pki / f"{name}.key"

    def shown(self, port: int = 8443) -> str:
        """Whose certificate is shown there."""
        command = f"openssl s_client -connect 127.0.0.1:{port} </dev/null 2>/dev/null | openssl x509 -noout -subject"
        return self.machine.run("sh", "-c", command).stdout.strip().removeprefix("subject=CN=").strip()

    def listeners(self, program: str) -> set[str]:
        """Addresses and ports of its TCP sockets."""
        lines = self.machine.run("ss", "-Hltnp").stdout.splitlines()
        return {line.split()[3] for line in lines if f'"{program}"' in line}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.machine.end()


def pillar(database: str = "", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    config = {"cluster": "par-1", "listen": "127.0.0.1:8443", **({"database": database} if database else {})}
    return {"inventory": {"install": False, "config": config, "tokens": {TOKEN: {"role": "report", "label": "agents"}}, **more}}


def applied(site: Site, values: dict[str, Any]) -> dict[str, Any]:
    """What a run changed; a second one and test=True change nothing."""
    run = site.minion.apply("inventory", values)
    assert (run.status, run.failed) == (0, {}), run.said
    for test in (False, True):
        again = site.minion.apply("inventory", test=test)
        assert (again.status, again.changed) == (0, {}), again.changed
        assert all(state["result"] is True for state in again.states.values()), again.said
    return run.changed


def test_with_sqlite_it_runs_as_its_own_user_and_agents_have_a_token(site: Site) -> None:
    asked = site.minion.apply("inventory", pillar(), test=True)
    assert (asked.status, asked.failed) == (0, {}), asked.said
    assert asked.states["inventory-service-running"]["result"] is None
    assert site.machine.run("ls", FOLDER, check=False).returncode != 0

    applied(site, pillar())
    assert site.stat(TOKEN) == "600 root:root"
    assert "footing-inventory" in site.machine.run("ps", "-o", "user:20,cmd", "-C", "footing-inventory").stdout
    sent = site.report("http://127.0.0.1:8443")
    assert sent.returncode == 0, sent.stderr
    assert site.machine.run("stat", "-c", "%U", "/var/lib/footing-inventory/inventory.db").stdout.strip() == "footing-inventory"

    gone = site.minion.apply("inventory.clean")
    assert (gone.status, gone.failed) == (0, {}), gone.said
    assert site.machine.run("systemctl", "is-active", "footing-inventory", check=False).stdout.strip() == "inactive"
    assert site.machine.run("ls", FOLDER).stdout.split() == ["agents.token"]
    assert site.stat("/var/lib/footing-inventory/inventory.db").startswith("600 ")
    assert site.minion.apply("inventory.clean").changed == {}


def test_a_service_that_can_not_start_is_a_failed_state(site: Site) -> None:
    run = site.minion.apply("inventory", pillar("postgresql://footing-inventory@/none?host=/nowhere"))
    assert run.status == 2
    assert "inventory-service-running" in run.failed, run.said
    assert not site.machine.run("ls", TOKEN, check=False).stdout, "no service, no token"


def test_with_postgresql_on_this_machine_it_needs_no_password(site: Site) -> None:
    values = pillar(SOCKET, postgresql={"here": True, "listen": "127.0.0.1", "networks": ["192.0.2.0/24"]})
    applied(site, values)
    sent = site.report("http://127.0.0.1:8443")
    assert sent.returncode == 0, sent.stderr
    query = ["runuser", "-u", "postgres", "--", "psql", "-XAtd", "footing", "-c"]
    assert site.machine.run(*query, "SELECT count(*) FROM machines").stdout.strip() == "1"
    assert site.machine.run(*query, "SELECT rolpassword IS NULL, rolsuper FROM pg_authid WHERE rolname = 'footing-inventory'"
                            ).stdout.strip() == "t|f"
    assert site.machine.run(*query, "SHOW listen_addresses").stdout.strip() == "127.0.0.1"
    cleaned = site.minion.apply("inventory.clean", values)
    assert (cleaned.status, cleaned.failed) == (0, {}), cleaned.said
    assert site.machine.run(*query, "SHOW listen_addresses").stdout.strip() == "localhost", "Debian's own"
    assert site.machine.run(*query, "SELECT count(*) FROM pg_hba_file_rules WHERE address = '192.0.2.0'").stdout.strip() == "0"
    assert site.machine.run(*query, "SELECT count(*) FROM machines").stdout.strip() == "1", "the memory of every drive stays"
    assert site.minion.apply("inventory.clean", values).changed == {}


class Watch:
    """Every command line and environment on this machine, as often as it goes, while something runs."""

    def __init__(self, secret: str) -> None:
        self.secret, self.seen, self.looks, self.over = secret.encode(), set[bytes](), 0, threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self) -> None:
        while not self.over.is_set():
            self.looks += 1
            for process in Path("/proc").iterdir():
                if process.name.isdigit():
                    for what in ("cmdline", "environ"):
                        try:
                            said = (process / what).read_bytes()
                        except OSError:
                            continue
                        if self.secret in said:
                            self.seen.add(said[:200])

    def __enter__(self) -> Watch:
        self.thread.start()
        return self

    def __exit__(self, *of: object) -> None:
        self.over.set()
        self.thread.join()


def test_a_password_is_read_by_the_service_and_told_nobody(site: Site) -> None:
    values = pillar(TCP, password=SECRET, postgresql={"here": True, "networks": ["192.0.2.0/24"], "listen": "127.0.0.1"})
    with Watch(SECRET) as watch:
        run = site.minion.apply("inventory", values)
    assert (run.status, run.failed) == (0, {}), run.said
    assert watch.looks > 3 and not watch.seen
    assert SECRET not in run.said
    assert SECRET not in site.minion.call("state.show_sls", "inventory")[2], "what is rendered may be printed"
    assert site.stat(f"{FOLDER}/pgpass") == "400 footing-inventory:footing-inventory"
    assert not site.as_nobody(f"{FOLDER}/pgpass") and site.as_nobody(f"{FOLDER}/footing-inventory.yaml")
    found = site.machine.run("grep", "-rlF", SECRET, "/etc", "/run", "/tmp", "/var/log", check=False).stdout.split()
    assert [file for file in found if not file.endswith("/pillar/data.sls")] == [f"{FOLDER}/pgpass"]
    journal = site.machine.run("journalctl", "--no-pager").stdout
    assert "listening on" in journal and SECRET not in journal
    sent = site.report("http://127.0.0.1:8443")
    assert sent.returncode == 0, sent.stderr
    assert applied(site, values) == {}
    rules = site.machine.run("cat", "/etc/postgresql/17/main/pg_hba.conf").stdout
    assert "\nhostssl footing footing-inventory 192.0.2.0/24 scram-sha-256\n" in rules

    renewed = applied(site, pillar(TCP, password=SECRET + "2", postgresql=values["inventory"]["postgresql"]))
    assert {"inventory-config-password", "inventory-postgresql-role-password", "inventory-service-running"} <= set(renewed)
    assert SECRET not in json.dumps(renewed)
    assert site.report("http://127.0.0.1:8443").returncode == 0


@pytest.mark.parametrize(("more", "database", "sentence"), [
    ({"password": "a:b"}, TCP, "inventory:password has a blank"),
    ({"password": "one\ntwo"}, TCP, "inventory:password has a blank"),
    ({}, f"postgresql://footing:{SECRET}@db/footing", "has a password, which everybody"),
    ({}, f"postgresql://footing@db/footing?password={SECRET}", "has a password, which everybody"),
    ({"tls": {"certificate_file": "/etc/cert.pem"}}, "", "inventory:tls needs certificate and key"),
    ({"nginx": {"here": True}}, "", "inventory:nginx needs inventory:tls"),
    ({"nginx": {"here": True}, "tls": {"certificate": "x", "key": "y"}, "config": {"listen": "10.0.0.2:8080"}}, "",
     "could come past nginx"),
])
def test_a_pillar_that_can_not_be_right_is_refused_in_a_sentence(
        tmp_path: Path, more: dict[str, Any], database: str, sentence: str) -> None:
    minion = Minion(tmp_path / "minion", "inv-1")
    values = pillar(database, program="/bin/true", folder=str(tmp_path / "etc"), user="root", **more)
    run = minion.apply("inventory.config", values, test=True)
    assert run.status == 2
    assert sentence in " ".join(run.failed.values()), run.said
    assert SECRET not in json.dumps(run.states)


def test_tls_with_the_sites_ca_is_trusted_by_agents_that_know_it(site: Site) -> None:
    certificate, key = site.pair("first")
    files = {"certificate_file": str(certificate), "key_file": str(key)}
    applied(site, pillar(tls=files))
    assert site.stat(f"{FOLDER}/tls.pem") == "640 root:footing-inventory"
    assert not site.as_nobody(f"{FOLDER}/tls.pem")
    ca = str(site.folder / "pki/ca.pem")
    sent = site.report("https://127.0.0.1:8443", ca_file=ca)
    assert sent.returncode == 0, sent.stderr
    assert site.report("https://127.0.0.1:8443").returncode != 0, "an agent that doesn't know the CA"
    assert site.shown() == "first"

    # Renewed by whoever does that: in its place, under the same names.
    newer, newer_key = site.pair("second")
    newer.rename(certificate)
    newer_key.rename(key)
    asked = site.minion.apply("inventory", test=True)
    assert asked.states["inventory-config-tls"]["result"] is None
    assert site.shown() == "first"
    assert set(applied(site, pillar(tls=files))) == {"inventory-config-tls", "inventory-service-running"}
    assert site.shown() == "second"
    assert site.report("https://127.0.0.1:8443", ca_file=ca).returncode == 0


def test_a_key_of_another_certificate_replaces_nothing_however_often_it_is_applied(site: Site) -> None:
    texts = [{"certificate": certificate.read_text(), "key": key.read_text()}
             for certificate, key in (site.pair("first"), site.pair("second"))]
    applied(site, pillar(tls=texts[0]))
    before, good = site.started(), site.machine.run("sha256sum", f"{FOLDER}/tls.pem").stdout
    mixed = {"certificate": texts[1]["certificate"], "key": texts[0]["key"]}
    files = {}
    for what, text in mixed.items():
        (site.folder / f"pki/mixed.{what}").write_text(text)
        files[f"{what}_file"] = str(site.folder / f"pki/mixed.{what}")
    old, old_key = site.pair("expired", days=0)
    expired = {"certificate": old.read_text(), "key": old_key.read_text()}
    for wrong, sentence in ((mixed, "the key is not the certificate's"), (files, "the key is not the certificate's"),
                            (expired, "the certificate is valid from"), ({"certificate": "x", "key": "y"}, "are refused")):
        for _ in range(2):
            run = site.minion.apply("inventory", pillar(tls=wrong))
            assert run.status == 2
            assert sentence in json.dumps(run.states["inventory-config-tls"]), run.states["inventory-config-tls"]
            assert "PRIVATE KEY" not in run.said
            assert run.states["inventory-service-running"]["result"] is False
            assert site.machine.run("sha256sum", f"{FOLDER}/tls.pem").stdout == good
    assert (site.started(), site.shown()) == (before, "first"), "what served goes on serving"
    applied(site, pillar(tls=texts[1]))
    assert site.shown() == "second"


def test_nginx_in_front_shows_the_certificate_and_the_service_hears_this_machine_alone(site: Site) -> None:
    certificate, key = site.pair("first")
    config = {"cluster": "par-1"}
    front = {"here": True, "people": "127.0.0.1:8443", "agents": "127.0.0.1:443"}  # the other way round than it ships
    values = pillar(config=config, nginx=front, tls={"certificate_file": str(certificate), "key_file": str(key)})
    asked = site.minion.apply("inventory", values, test=True)
    assert (asked.status, asked.failed) == (0, {}), asked.said
    applied(site, values)
    assert site.listeners("footing-invento") == {"127.0.0.1:8080", "127.0.0.1:8081"}
    assert site.listeners("nginx") >= {"127.0.0.1:8443", "127.0.0.1:443"}
    ca = str(site.folder / "pki/ca.pem")
    sent = site.report("https://127.0.0.1", ca_file=ca)
    assert sent.returncode == 0, sent.stderr
    assert site.report("https://127.0.0.1").returncode != 0, "an agent that doesn't know the CA"
    page = ["curl", "-s", "--cacert", ca, "-o", "/dev/null", "-w", "%{http_code}"]
    assert site.machine.run(*page, "https://127.0.0.1:8443/login").stdout == "200", "people"
    assert site.machine.run(*page, "https://127.0.0.1/login").stdout == "404", "the agents' door has no pages"

    # Renewed: a reload of nginx alone.
    behind = site.started()
    newer, newer_key = site.pair("second")
    newer.rename(certificate)
    newer_key.rename(key)
    renewed = site.minion.apply("inventory")
    assert (renewed.status, site.shown(), site.shown(443)) == (0, "second", "second"), renewed.said
    assert "inventory-nginx-service" in renewed.changed and site.started() == behind

    # One that nginx refuses replaces nothing.
    good = site.machine.run("cat", "/etc/nginx/conf.d/footing-inventory.conf").stdout
    for wrong, sentence in (({**front, "agents": front["people"]}, "conflicting parameter"),
                            ({**front, "people": "nonsense:"}, "[emerg]")):
        run = site.minion.apply("inventory", {"inventory": {**values["inventory"], "nginx": wrong}})
        assert run.status == 2 and sentence in json.dumps(run.states["inventory-nginx-site"]), run.said
        assert site.machine.run("cat", "/etc/nginx/conf.d/footing-inventory.conf").stdout == good
    assert site.report("https://127.0.0.1", ca_file=ca).returncode == 0

    gone = site.minion.apply("inventory.clean", values)
    assert (gone.status, gone.failed) == (0, {}), gone.said
    assert not site.listeners("nginx") & {"127.0.0.1:8443", "127.0.0.1:443"}
    assert site.machine.run("ls", "/etc/nginx/conf.d").stdout == ""


def test_a_boot_server_beside_it_takes_port_80_from_debians_own_site(site: Site) -> None:
    """nginx runs already, on port 80 of every address: as Debian's package starts it, and the inventory's states do."""
    certificate, key = site.pair("first")
    values = pillar(config={"cluster": "par-1"}, nginx={"here": True}, tls={"certificate_file": str(certificate), "key_file": str(key)})
    applied(site, values)
    assert "0.0.0.0:80" in site.listeners("nginx")
    values["bootserver"] = {"install": False, "address": "127.0.0.1", "interface": "lo", "dhcp": {"mode": "none"}}
    asked = site.minion.apply("bootserver", values, test=True)
    assert (asked.status, asked.failed) == (0, {}), asked.said
    run = site.minion.apply("bootserver")
    assert (run.status, run.failed) == (0, {}), run.said
    assert site.listeners("nginx") == {"127.0.0.1:80", "0.0.0.0:443", "0.0.0.0:8443"}
    status = ["curl", "-s", "--cacert", str(site.folder / "pki/ca.pem"), "-o", "/dev/null", "-w", "%{http_code}"]
    assert [site.machine.run(*status, url).stdout for url in ("http://127.0.0.1/snponly.efi", "https://127.0.0.1/login")] == ["200", "200"]
    for sls in ("bootserver", "inventory"):
        assert site.minion.apply(sls).changed == {}, sls
