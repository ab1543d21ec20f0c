"""A whole Swift on this machine as the states configure it, and S3 through HAProxy: s3cmd, rclone and curl."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import http.server
import os
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import balancer
import pytest
from balancer import free_port
from masterless import CHECKOUT, Minion

pytestmark = pytest.mark.usefixtures("own_network")
KEY, SECRET = "lab:admin", "not-a-secret"
PARTS = "swift.rings.build,swift.rings.fetch,swift.config,swift.proxy.config,swift.storage.config"


class Cluster:
    """One storage server with three drives in three zones, a proxy and a balancer in front."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.minion = folder, Minion(folder / "minion", "all-in-one")
        self.port, self.proxy, self.memcache, self.rings = free_port(), free_port(), free_port(), free_port()
        self.ports = {kind: free_port() for kind in ("object", "container", "account")}

    def pillar(self) -> dict[str, Any]:
        drives = [{"region": 1, "zone": zone, "ip": "127.0.0.1", "port": 6200, "device": f"d{zone}", "weight": 100,
                   "meta": f"machine=m serial=S{zone}"} for zone in (1, 2, 3)]
        swift = {"install": False, "roles": ["rings", "proxy", "storage"], "folder": str(self.folder / "etc"), "user": "root",
                 "group": "root", "hash": {"suffix": "test"},
                 "proxy": {"address": "127.0.0.1", "port": self.proxy, "workers": 1, "memcache": [f"127.0.0.1:{self.memcache}"],
                           "storage_domains": ["s3.example.com"], "users": {KEY: {"key": SECRET, "groups": [".admin"]}}},
                 "storage": {"address": "127.0.0.1", "ports": self.ports, "workers": 1, "mount_check": False, "rsync": None,
                             "devices": str(self.folder / "node")},
                 "rings": {"builders": str(self.folder / "builders"), "published": str(self.folder / "rings"), "part_power": 4,
                           "devices": drives, "names": self.ports, "url": f"http://127.0.0.1:{self.rings}"}}
        front = balancer.pillar(self.folder, self.port, [f"127.0.0.1:{self.proxy}"], limit={
            "requests_per_second": 500, "window": 1, "buckets": {"flooded": 10}})
        return {"swift": swift, **front}

    def argv(self) -> list[list[str]]:
        etc = self.folder / "etc"
        return [["memcached", "-u", "root", "-l", "127.0.0.1", "-p", str(self.memcache)],
                *(["/usr/bin/python3", f"/usr/bin/swift-{kind}-server", str(etc / f"{kind}-server.conf")]
                  for kind in ("account", "container", "object", "proxy"))]


@contextlib.contextmanager
def serving(folder: Path, port: int) -> Iterator[None]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *words: object) -> None:
            pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    scratch = Path(os.environ.get("FOOTING_BUILD") or CHECKOUT / "build/release")  # Swift needs extended attributes
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="swift-", dir=scratch) as name, contextlib.ExitStack() as all_of_it:
        made = Cluster(Path(name))
        for zone in (1, 2, 3):
            (made.folder / f"node/d{zone}").mkdir(parents=True)
        (made.folder / "rings").mkdir()
        all_of_it.enter_context(serving(made.folder / "rings", made.rings))
        run = made.minion.apply(PARTS, made.pillar())
        assert (run.status, run.failed) == (0, {}), run.said
        for argv in made.argv():
            log = all_of_it.enter_context((made.folder / f"{Path(argv[0 if argv[0] == "memcached" else 1]).name}.log").open("wb"))
            process = subprocess.Popen(argv, stdout=log, stderr=log, start_new_session=True)
            all_of_it.callback(end, process)
        all_of_it.enter_context(balancer.running(made.folder, made.minion, made.pillar(), ready="/healthcheck", patience=120))
        wait_for_s3(made)
        yield made


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(20)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, 9)  # the group is this process's own: Swift's workers
    process.wait(20)


def wait_for_s3(cluster: Cluster) -> None:
    for port in cluster.ports.values():
        until = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert time.monotonic() < until, "a server doesn't listen"
            time.sleep(0.1)


def try_s3cmd(cluster: Cluster, *words: str) -> subprocess.CompletedProcess[str]:
    host = f"127.0.0.1:{cluster.port}"
    return subprocess.run(["s3cmd", "--config=/dev/null", f"--access_key={KEY}", f"--secret_key={SECRET}", f"--host={host}",
                           f"--host-bucket={host}", "--no-ssl", "--no-progress", "--no-check-md5", *words],
                          capture_output=True, text=True, check=False, timeout=120, env={"PATH": os.environ["PATH"]})


def s3cmd(cluster: Cluster, *words: str) -> str:
    done = try_s3cmd(cluster, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rclone(cluster: Cluster, *words: str) -> str:
    remote = {"TYPE": "s3", "PROVIDER": "Other", "ACCESS_KEY_ID": KEY, "SECRET_ACCESS_KEY": SECRET, "REGION": "us-east-1",
              "ENDPOINT": f"http://127.0.0.1:{cluster.port}"}
    env = {"PATH": os.environ["PATH"], "RCLONE_CONFIG": "/dev/null", **{f"RCLONE_CONFIG_LAB_{k}": v for k, v in remote.items()}}
    done = subprocess.run(["rclone", *words], capture_output=True, text=True, check=False, timeout=180, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_s3cmd_puts_and_gets(cluster: Cluster, tmp_path: Path) -> None:
    content = os.urandom(3_000_000)
    (tmp_path / "given").write_bytes(content)
    s3cmd(cluster, "mb", "s3://photos")
    s3cmd(cluster, "put", str(tmp_path / "given"), "s3://photos/2009/the lake.jpg")
    assert "s3://photos/2009/the lake.jpg" in s3cmd(cluster, "ls", "--recursive", "s3://photos")
    s3cmd(cluster, "get", "s3://photos/2009/the lake.jpg", str(tmp_path / "got"))
    assert (tmp_path / "got").read_bytes() == content


def test_an_object_lies_on_every_drive(cluster: Cluster) -> None:
    for zone in (1, 2, 3):
        assert list((cluster.folder / f"node/d{zone}/objects").rglob("*.data")), zone


def test_rclone_puts_and_gets_a_folder(cluster: Cluster, tmp_path: Path) -> None:
    for number in range(30):
        file = tmp_path / f"given/{number % 3}/{number}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(hashlib.sha256(str(number).encode()).digest() * number)
    rclone(cluster, "copy", "--s3-force-path-style", str(tmp_path / "given"), "lab:folder/of/files")
    rclone(cluster, "check", "--download", str(tmp_path / "given"), "lab:folder/of/files")
    rclone(cluster, "copy", "lab:folder/of/files", str(tmp_path / "got"))
    assert {f.name: f.read_bytes() for f in (tmp_path / "got").rglob("*") if f.is_file()} == \
        {f.name: f.read_bytes() for f in (tmp_path / "given").rglob("*") if f.is_file()}


def test_a_bucket_in_the_host(cluster: Cluster, tmp_path: Path) -> None:
    """Names that no resolver knows: the balancer is s3cmd's proxy, so its request lines are absolute too."""
    (tmp_path / "config").write_text(f"[default]\nproxy_host = 127.0.0.1\nproxy_port = {cluster.port}\n")
    (tmp_path / "given").write_text("content")
    hosted = [f"--config={tmp_path / 'config'}", "--host=s3.example.com", "--host-bucket=%(bucket)s.s3.example.com"]
    s3cmd(cluster, *hosted, "mb", "s3://hosted")
    s3cmd(cluster, *hosted, "put", str(tmp_path / "given"), "s3://hosted/some/key")
    s3cmd(cluster, *hosted, "get", "s3://hosted/some/key", str(tmp_path / "got"))
    s3cmd(cluster, "get", "s3://hosted/some/key", str(tmp_path / "by-path"))
    assert (tmp_path / "got").read_text() == (tmp_path / "by-path").read_text() == "content"


def test_a_wrong_key_is_refused_by_swift(cluster: Cluster) -> None:
    done = try_s3cmd(cluster, "--secret_key=wrong", "ls")
    assert done.returncode != 0
    assert "SignatureDoesNotMatch" in done.stderr


def test_clients_wait_when_a_bucket_is_limited(cluster: Cluster, tmp_path: Path) -> None:
    """Ten requests a second: both clients take SlowDown for what it is, try again, and lose nothing."""
    (tmp_path / "given").mkdir()
    for number in range(20):
        (tmp_path / f"given/{number}").write_bytes(str(number).encode() * 100)
    s3cmd(cluster, "mb", "s3://flooded")
    rclone(cluster, "copy", "--low-level-retries", "30", "--transfers", "8", str(tmp_path / "given"), "lab:flooded")
    rclone(cluster, "copy", "--low-level-retries", "30", "lab:flooded", str(tmp_path / "got"))
    assert len({f.read_bytes() for f in (tmp_path / "got").iterdir()}) == 20
    front = balancer.Balancer(cluster.minion, cluster.port, cluster.folder)
    answers = [front.ask("/flooded/3") for _ in range(60)]
    assert {answer.status for answer in answers} <= {400, 503}  # unsigned: what isn't limited is Swift's to refuse
    assert any(b"<Code>SlowDown</Code>" in answer.body for answer in answers)


def test_the_second_run_changes_nothing(cluster: Cluster) -> None:
    run = cluster.minion.apply(PARTS + ",loadbalancer.config", cluster.pillar())
    assert (run.status, run.failed, run.changed) == (0, {}, {})


def test_clean_takes_configuration_and_fetched_rings_away_and_keeps_builders_and_published_ones(tmp_path: Path) -> None:
    """swift.proxy.clean and swift.storage.clean are for a machine that systemd booted: test_storage.py."""
    drive = {"region": 1, "zone": 1, "ip": "127.0.0.1", "port": 6200, "device": "d1", "weight": 100, "meta": "machine=m serial=S1"}
    values = {"swift": {"install": False, "folder": str(tmp_path / "etc"), "group": "root", "hash": {"suffix": "test"}, "rings": {
        "builders": str(tmp_path / "builders"), "published": str(tmp_path / "rings"), "url": str(tmp_path / "rings"), "part_power": 4,
        "replicas": 1, "devices": [drive]}}}
    minion = Minion(tmp_path / "m", "x")
    run = minion.apply("swift.rings.build,swift.rings.fetch,swift.config", values)
    assert (run.status, run.failed) == (0, {}), run.said
    rings = {"account.ring.gz", "container.ring.gz", "object.ring.gz"}
    assert {file.name for file in (tmp_path / "etc").iterdir()} == {*rings, "swift.conf"}
    run = minion.apply("swift.rings.clean,swift.config.clean")
    assert (run.status, run.failed) == (0, {}), run.said
    assert list((tmp_path / "etc").iterdir()) == []
    assert {file.name for file in (tmp_path / "rings").glob("*.gz")} == rings
    assert len(list((tmp_path / "builders").glob("*.builder"))) == 3
    assert minion.apply("swift.rings.clean,swift.config.clean").changed == {}


def test_a_cluster_without_a_secret_is_refused(tmp_path: Path) -> None:
    run = Minion(tmp_path / "m", "x").apply("swift.config", {"swift": {"install": False, "folder": str(tmp_path / "etc")}})
    assert run.status == 2
    assert "neither prefix nor suffix" in str(run.failed)
    assert not (tmp_path / "etc").exists()


def test_another_secret_than_the_one_that_serves_is_refused_unless_the_pillar_says_that_it_is_right(tmp_path: Path) -> None:
    minion, conf = Minion(tmp_path / "m", "x"), tmp_path / "etc/swift.conf"
    conf.parent.mkdir()
    conf.write_text("[swift-hash]\n# as Debian's package has it\nswift_hash_path_suffix = changeme\nswift_hash_path_prefix = changeme\n")

    def apply(**said: Any) -> Any:  # noqa: ANN401
        swift = {"install": False, "folder": str(conf.parent), "group": "root", "hash": said}
        return minion.apply("swift.config.cluster", {"swift": swift})

    assert apply(suffix="first").status == 0
    before = conf.read_text()
    assert "swift_hash_path_suffix = first\n" in before
    for other in ({"suffix": "second"}, {"suffix": "first", "prefix": "more"}):
        run = apply(**other)
        assert run.status == 2
        assert "isn't that of" in str(run.failed)
        assert conf.read_text() == before
    assert (apply(suffix="first").status, conf.read_text()) == (0, before)
    assert apply(suffix="second", replace=True).status == 0
    assert conf.read_text() != before
