"""HAProxy as the states configure it: which bucket a request is of, and the limit on requests per second of each."""

from __future__ import annotations

import concurrent.futures
import itertools
import os
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from balancer import Balancer, backend, free_port, pillar, running
from masterless import Minion

pytestmark = pytest.mark.usefixtures("own_network")
# A long window: how fast this machine is decides nothing. 40 requests at once, then one each half second.
LIMITS = {"requests_per_second": 2, "window": 20, "buckets": {"generous": 400, "Free": "unlimited", "closed": 0}}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="lb-") as name:
        yield Path(name)


@pytest.fixture(scope="module")
def minion(folder: Path) -> Minion:
    return Minion(folder / "minion")


@pytest.fixture(scope="module")
def proxy() -> Iterator[str]:
    with backend() as address:
        yield address


@pytest.fixture(scope="module")
def balancer(folder: Path, minion: Minion, proxy: str) -> Iterator[Balancer]:
    with running(folder, minion, pillar(folder, free_port(), [proxy], limit=LIMITS)) as made:
        yield made


def flood(balancer: Balancer, path: str, requests: int, host: str = "lb.example", method: str = "GET",
          body: bytes | None = None) -> Counter[int]:
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        return Counter(pool.map(lambda _: balancer.ask(path, host, method, body).status, range(requests)))


def wait_until(true: Callable[[], bool], why: Callable[[], str], patience: float = 60.0) -> None:
    until = time.monotonic() + patience
    while not true():
        assert time.monotonic() < until, why()
        time.sleep(0.2)


@pytest.mark.parametrize(("path", "host", "bucket"), [
    ("/photos/2009/lake.jpg", "s3.example.com", "photos"),
    ("/photos", "s3.example.com", "photos"),
    ("/photos?list-type=2&prefix=a/b", "s3.example.com", "photos"),
    ("/photos/key", "10.0.0.1:8080", "photos"),
    ("/photos/key", "[::1]:8080", "photos"),
    ("/Photos/key", "s3.example.com", "photos"),
    ("/%70hot%6Fs/key", "s3.example.com", "photos"),
    ("/photos%2Fkey", "s3.example.com", "photos"),
    ("//photos/key", "s3.example.com", "photos"),
    ("/%2F/photos/key", "s3.example.com", "photos"),
    ("/my.photos/key%20with%20words", "s3.example.com", "my.photos"),
    ("/2009/lake.jpg", "photos.s3.example.com", "photos"),
    ("/", "photos.s3.example.com", "photos"),
    ("/?uploads", "photos.s3.example.com:443", "photos"),
    ("/other/key", "Photos.S3.Example.COM", "photos"),
    ("/other/key", "photos.s3.example.com.", "photos"),
    ("/other/key", "photos.S3.example.com.:8080", "photos"),
    ("/other/key", "my.photos.s3.example.com", "my.photos"),
    ("/other/key", "photos.s3xexample.com", "other"),
    ("/other/key", "photoss3.example.com", "other"),
    ("/other/key", "photos.s3.example.com.evil.net", "other"),
    ("/photos/key", ".s3.example.com", "photos"),
    ("http://s3.example.com/photos/key", "s3.example.com", "photos"),
    ("http://photos.s3.example.com/key", "photos.s3.example.com", "photos"),
])
def test_a_request_counts_for_its_bucket(balancer: Balancer, path: str, host: str, bucket: str) -> None:
    balancer.forget()
    assert balancer.ask(path, host).status == 200
    assert balancer.buckets() == {bucket}


@pytest.mark.parametrize(("path", "host"), [("/", "s3.example.com"), ("/?x-id=ListBuckets", "s3.example.com:80"),
                                            ("//", "s3.example.com"), ("/", "10.0.0.1"), ("/", "S3.Example.Com.")])
def test_a_list_of_buckets_is_of_no_bucket(balancer: Balancer, path: str, host: str) -> None:
    balancer.forget()
    assert {balancer.ask(path, host).status for _ in range(60)} == {200}
    assert balancer.buckets() == set()


def test_swift_gets_the_host_in_which_the_bucket_was_found(balancer: Balancer) -> None:
    """Swift compares hosts with their case and last dot: it would take another bucket out of the path."""
    reached = balancer.ask("/k%2fe?a=%41", "Photos.S3.Example.com.:8080").reached
    assert reached == {"host": "photos.s3.example.com:8080", "path": "/k%2fe?a=%41"}


def test_what_has_a_signature_over_it_is_left_as_it_is(balancer: Balancer) -> None:
    reached = balancer.ask("//Photos/%7e/../key?b=%20&a", "S3.Example.com:8080").reached
    assert reached == {"host": "S3.Example.com:8080", "path": "//Photos/%7e/../key?b=%20&a"}


def test_an_absolute_request_line_reaches_swift_as_a_path(balancer: Balancer) -> None:
    assert balancer.ask("http://s3.example.com/photos/a?b", "s3.example.com").reached["path"] == "/photos/a?b"


def test_a_host_that_contradicts_the_request_line_hides_no_bucket(balancer: Balancer) -> None:
    balancer.forget()
    answer = balancer.ask("http://photos.s3.example.com/key", "other.s3.example.com")
    if answer.status == 200:
        assert (balancer.buckets(), answer.reached["host"]) == ({"photos"}, "photos.s3.example.com")
    else:
        assert answer.status == 400
    assert "other" not in balancer.buckets()


@pytest.mark.parametrize("path", ["/%7ephotos/%zz", "/photos/%", "/photos/%4", "/%g0/key"])
def test_a_path_that_cannot_be_decoded_is_refused(balancer: Balancer, path: str) -> None:
    answer = balancer.ask(path)
    assert (answer.status, code_of(answer.body)) == (400, "InvalidURI")


@pytest.mark.parametrize("path", ["/v1/AUTH_a/photos/key", "/%76%31/AUTH_a/photos/key", "/v1.0/AUTH_a"])
@pytest.mark.parametrize("host", ["s3.example.com", "other.s3.example.com"])
def test_swifts_own_api_does_not_lead_around_the_limit(balancer: Balancer, path: str, host: str) -> None:
    answer = balancer.ask(path, host, headers={"X-Auth-Token": "AUTH_tk"})
    assert (answer.status, code_of(answer.body)) == (403, "AccessDenied")
    assert balancer.ask(path, host, headers={"Authorization": "x,AWS a:b"}).status == 403
    assert balancer.ask(path, host, headers={"Authorization": "AWS4-HMAC-SHA256 Credential=a"}).status == 200


def code_of(body: bytes) -> str | None:
    return ET.fromstring(body).findtext("Code")


@pytest.mark.parametrize(("path", "host"), [("/flooded/key", "s3.example.com"), ("/key", "flooded.s3.example.com")])
def test_a_flood_on_one_bucket_is_limited_while_the_others_are_served(balancer: Balancer, path: str, host: str) -> None:
    balancer.forget()
    started = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        flooding = pool.submit(flood, balancer, path, 400, host)
        beside = [balancer.ask("/quiet/key").status for _ in range(20)]
        answers = flooding.result()
    took = time.monotonic() - started
    assert beside == [200] * 20
    assert set(answers) == {200, 503}
    # What is allowed at once, and each second's two. Threads that count side by side let some more through.
    assert 40 <= answers[200] <= 2 * (40 + 2 * took), (answers, took)
    refused = next(a for a in (balancer.ask(path, host) for _ in range(100)) if a.status == 503)
    assert code_of(refused.body) == "SlowDown"
    assert ET.fromstring(refused.body).tag == "Error"
    assert ET.fromstring(refused.body).findtext("RequestId")
    assert (refused.headers["content-type"], refused.headers["retry-after"]) == ("application/xml", "20")


def test_spellings_of_one_bucket_share_its_limit(balancer: Balancer) -> None:
    balancer.forget()
    spellings = itertools.cycle([("/same/a", "s3.example.com"), ("/%73ame/a", "x"), ("/a", "SAME.s3.example.com:80"),
                                 ("//same/a", "s3.example.com"), ("/SAME/a", "y")])
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = Counter(pool.map(lambda of: balancer.ask(*of).status, itertools.islice(spellings, 300)))
    assert balancer.buckets() == {"same"}
    assert answers[503] > 0


def test_a_flood_leaves_the_bucket_its_rate(folder: Path, minion: Minion, proxy: str) -> None:
    """What is refused isn't counted: a flood that never pauses is served again when the first window is long over."""
    own = folder / "steady"
    own.mkdir()
    with running(own, minion, pillar(own, free_port(), [proxy], limit={"requests_per_second": 20, "window": 2})) as balancer:
        served, refused, started = [], [], time.monotonic()

        def worker(_: int) -> None:
            while (now := time.monotonic() - started) < 60 and not (served and served[-1] > 3 * 2):
                (served if balancer.ask("/steady/key").status == 200 else refused).append(now)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(worker, range(8)))
        took = time.monotonic() - started
    assert max(served) > 3 * 2, "the flood starved its bucket"
    assert refused
    # 20/s, the first window's burst, and as much again for threads that count side by side on a busy machine.
    assert len(served) <= 2 * (took * 20 + 40), (len(served), took)


def test_limits_of_single_buckets(balancer: Balancer) -> None:
    balancer.forget()
    assert flood(balancer, "/generous/key", 200) == {200: 200}
    assert flood(balancer, "/free/key", 200) == {200: 200}
    assert flood(balancer, "/closed/key", 5) == {503: 5}
    assert flood(balancer, "/ordinary/key", 200)[503] > 0


def test_other_methods_and_bodies_are_limited_alike(balancer: Balancer) -> None:
    balancer.forget()
    assert flood(balancer, "/heads/key", 200, method="HEAD")[503] > 0
    put = flood(balancer, "/puts/key", 120, method="PUT", body=b"x" * 100_000)
    assert set(put) == {200, 503}, put


def test_without_a_proxy_clients_get_s3s_own_error(folder: Path, minion: Minion) -> None:
    own = folder / "down"
    own.mkdir()
    values = pillar(own, free_port(), [f"127.0.0.1:{free_port()}"], limit=LIMITS)
    assert minion.apply("loadbalancer.config", values).status == 0
    process = subprocess.Popen(["/usr/sbin/haproxy", "-db", "-f", str(own / "haproxy.cfg")], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        made, until = Balancer(minion, int(values["loadbalancer"]["bind"][0].split(":")[1]), own), time.monotonic() + 30
        while True:
            try:
                answer = made.ask("/photos/key")
                break
            except OSError:
                assert time.monotonic() < until
                time.sleep(0.1)
        assert (answer.status, code_of(answer.body)) == (503, "ServiceUnavailable")
    finally:
        process.terminate()
        process.wait(20)


def test_two_balancers_share_one_limit(folder: Path, proxy: str) -> None:
    """Each counts for itself and adds what the other told it. A peer tells in a moment, not at once."""
    peers = {name: f"127.0.0.1:{free_port()}" for name in ("lb-1", "lb-2")}
    with tempfile.TemporaryDirectory(prefix="lb-") as name:
        made = []
        for own in peers:
            (Path(name) / own).mkdir()
            limit = {"requests_per_second": 1, "window": 100}
            made.append((Path(name) / own, Minion(Path(name) / own / "m", own),
                         pillar(Path(name) / own, free_port(), [proxy], limit=limit, balancers=peers)))
        with running(*made[0]) as first, running(*made[1]) as second:
            wait_until(lambda: first.has_learned() and second.has_learned(), lambda: first.admin("show peers"))
            assert flood(first, "/other/key", 150)[200] >= 100
            wait_until(lambda: second.rate("other", "lb-1") >= 95, lambda: first.admin("show peers"))
            assert flood(second, "/other/key", 50)[200] <= 50 // 2
            assert flood(second, "/untouched/key", 50) == {200: 50}


def test_a_reload_keeps_the_counts(folder: Path, minion: Minion, proxy: str) -> None:
    """As `systemctl reload` does it, after the state has written another limit: a flooded bucket isn't served anew."""
    own = folder / "reload"
    own.mkdir()
    values = pillar(own, free_port(), [proxy], limit={"requests_per_second": 1, "window": 100, "buckets": {"other": 5}})
    with running(own, minion, values, mode="-W") as balancer:
        assert balancer.process
        assert flood(balancer, "/flooded/key", 150)[503] > 0
        before = balancer.worker()
        values["loadbalancer"]["limit"]["buckets"] = {"other": 0}
        assert "loadbalancer-config-limits" in minion.apply("loadbalancer.config", values).changed
        assert balancer.ask("/other/key").status == 200
        balancer.process.send_signal(signal.SIGUSR2)
        wait_until(lambda: balancer.worker() != before and balancer.rate("flooded") >= 95,
                   lambda: f"the new process knows of {balancer.rate('flooded')} requests")
        assert flood(balancer, "/flooded/key", 50)[200] <= 50 // 2
        assert balancer.ask("/other/key").status == 503


def test_tls_with_both_protocols(folder: Path, minion: Minion, proxy: str) -> None:
    own, port, secure = folder / "tls", free_port(), free_port()
    own.mkdir()
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=s3.example.com",
                    "-keyout", str(own / "key"), "-out", str(own / "cert")], check=True, capture_output=True)
    pem = (own / "key").read_text() + (own / "cert").read_text()
    values = pillar(own, port, [proxy], limit=LIMITS,
                    tls={"bind": [f"127.0.0.1:{secure}"], "certificate": str(own / "s3.pem"), "pem": pem})
    with running(own, minion, values) as made:
        assert os.stat(own / "s3.pem").st_mode & 0o777 == 0o600
        for protocol in ("--http1.1", "--http2"):
            made.forget()
            done = subprocess.run(
                ["curl", "--silent", "--insecure", protocol, "--resolve", f"photos.s3.example.com:{secure}:127.0.0.1",
                 "--write-out", "%{http_version}", f"https://photos.s3.example.com:{secure}/key"],
                capture_output=True, text=True, check=True, timeout=30)
            assert f'"host": "photos.s3.example.com:{secure}"' in done.stdout
            assert '"path": "/key"' in done.stdout
            assert done.stdout.endswith({"--http1.1": "1.1", "--http2": "2"}[protocol])
            assert made.buckets() == {"photos"}
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.set_ciphers("ALL:@SECLEVEL=0")  # this side would
        with pytest.warns(DeprecationWarning):
            old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
        with socket.create_connection(("127.0.0.1", secure)) as line, pytest.raises(ssl.SSLError, match="ALERT_PROTOCOL_VERSION"):
            old.wrap_socket(line)


def test_a_second_run_changes_nothing_and_test_says_what_would_change(folder: Path, minion: Minion, proxy: str) -> None:
    own = folder / "again"
    own.mkdir()
    values = pillar(own, 18080, [proxy], limit=LIMITS)
    before = minion.apply("loadbalancer.config", values, test=True)
    assert before.states["loadbalancer-config-limits"]["result"] is None
    assert not (own / "haproxy.cfg").exists()
    assert minion.apply("loadbalancer.config").changed
    again = minion.apply("loadbalancer.config")
    assert (again.status, again.changed) == (0, {})


def test_a_configuration_that_haproxy_refuses_replaces_nothing(folder: Path, minion: Minion, proxy: str) -> None:
    own = folder / "refused"
    own.mkdir()
    assert minion.apply("loadbalancer.config", pillar(own, 18081, [proxy])).status == 0
    good = (own / "haproxy.cfg").read_bytes()
    values = pillar(own, 18081, [proxy])
    values["loadbalancer"]["proxies"].append({"name": "broken name", "address": "nowhere:::"})
    refused = minion.apply("loadbalancer.config", values)
    assert refused.status == 2
    assert "loadbalancer-config-file" in refused.failed
    assert (own / "haproxy.cfg").read_bytes() == good


@pytest.mark.parametrize(("more", "sentence"), [
    ({"host_suffixes": ["s3.example.com", "eu.s3.example.com"]}, "eu.s3.example.com lies below s3.example.com"),
    ({"balancers": {"lb-7": "127.0.0.1:1"}}, "no entry for this minion, lb-1")])
def test_a_pillar_that_contradicts_itself_stops_with_a_sentence(
        folder: Path, minion: Minion, proxy: str, more: dict[str, object], sentence: str) -> None:
    own = folder / f"contradiction-{len(sentence)}"
    own.mkdir()
    run = minion.apply("loadbalancer.config", pillar(own, 18082, [proxy], **more))
    assert run.status == 2
    assert any(sentence in comment for comment in [*run.failed.values(), run.said])
    assert not (own / "haproxy.cfg").exists()
