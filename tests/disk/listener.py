"""Where an agent's questions and reports arrive: each is written down and answered as the test says."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]


def taken(_: Body) -> tuple[int, Body]:
    return 200, {"machine_id": "m1", "result": "unchanged"}


def decided(decision: str, code: str) -> Callable[[Body], tuple[int, Body]]:
    def answer(asked: Body) -> tuple[int, Body]:
        drives = [{"path": d["path"], "identity": d["identity"], "decision": decision, "code": code} for d in asked["drives"]]
        return 200, {"machine_id": "m1", "drives": drives}

    return answer


admitted = decided("admit", "admitted")


class Listener:
    """`on_report` and `on_question` may be changed at any time. Use as a context manager."""

    def __init__(self) -> None:
        self.on_report: Callable[[Body], tuple[int, Body]] = taken
        self.on_question: Callable[[Body], tuple[int, Body]] = admitted
        self.reports: list[Body] = []
        self.questions: list[Body] = []
        self.arrived = threading.Condition()
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, answer = listener.take(self.path, body)
                text = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.configuration = f"inventory: {{url: 'http://127.0.0.1:{self.server.server_address[1]}'}}\n"

    def take(self, path: str, body: Body) -> tuple[int, Body]:
        with self.arrived:
            if path == "/v1/admissions":
                self.questions.append(body)
                return self.on_question(body)
            if path == "/v1/reports/probe":
                return 404, {"detail": "this inventory knows no probes"}
            assert path == "/v1/reports", path
            self.reports.append(body)
            self.arrived.notify_all()
            return self.on_report(body)

    def wait_for_reports(self, count: int, timeout: float = 60) -> None:
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.reports) >= count, timeout), f"{len(self.reports)} reports came, not {count}"

    def sequences(self) -> list[int]:
        return [report["sequence"] for report in self.reports]

    def __enter__(self) -> "Listener":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
