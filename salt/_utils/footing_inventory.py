"""GETs JSON from footing-inventory, for the pillar, the roster, the key runner and the rings.

Answers are values, because exception classes don't cross Salt's loader: an object with one key, `answer` (what was
asked for), `refused` (the inventory's own no, as a sentence) or `unreachable` (a failure that may pass, as a sentence).
Redirects aren't followed, so that the token goes nowhere else.
"""

from __future__ import annotations

import json
import re
import ssl
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException
from typing import Any

MOST_BYTES = 64 << 20
MINION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:  # noqa: ANN401
        return None


def is_minion_id(name: str) -> bool:
    """One that can be a minion of footing. Salt itself allows any but `/`: it takes `*`, `?`, `[` and `,` in an id for patterns."""
    return MINION_ID.fullmatch(name) is not None


def quoted(name: str) -> str:
    """A name as one segment of a path."""
    return urllib.parse.quote(name, safe="")


def get(access: dict[str, Any], path: str, kind: type = dict) -> dict[str, Any]:
    """
    Asks for one JSON value of that kind, an object or a list. `access` has `url`, and may have `token_file`, `ca_file` and
    `timeout` (seconds, default 10).
    """
    unknown = set(access) - {"url", "token_file", "ca_file", "timeout"}
    if unknown or "url" not in access:
        return {"refused": f"the inventory's settings are url, token_file, ca_file and timeout, not {', '.join(sorted(unknown)) or 'none'}"}
    url = access["url"].rstrip("/") + path
    if not url.startswith(("http://", "https://")):
        return {"refused": f"{url} is no http or https address"}
    request = urllib.request.Request(url, headers={"Accept": "application/json"})
    try:
        if access.get("token_file"):
            with open(access["token_file"], encoding="ascii") as file:
                request.add_header("Authorization", "Bearer " + file.read().strip())
        context = ssl.create_default_context(cafile=access.get("ca_file"))
        opener = urllib.request.build_opener(_NoRedirect, urllib.request.HTTPSHandler(context=context), urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=access.get("timeout", 10)) as response:
            answer = json.loads(response.read(MOST_BYTES))
    except urllib.error.HTTPError as error:
        with error:
            kind = "unreachable" if error.code == 429 or error.code >= 500 else "refused"
            return {kind: f"the inventory at {access['url']} answers {error.code} to {path}: {_detail(error)}"}
    except (OSError, HTTPException, ValueError) as error:
        return {"unreachable": f"the inventory at {access['url']} can't be asked for {path}: {error}"}
    if not isinstance(answer, kind):
        return {"unreachable": f"the inventory at {access['url']} answers no {kind.__name__} to {path}"}
    return {"answer": answer}


def _detail(error: urllib.error.HTTPError) -> str:
    """The sentence of its problem+json (RFC 9457)."""
    try:
        problem = json.loads(error.read(1 << 16))
        return str(problem.get("detail") or problem.get("title") or error.reason)
    except (OSError, HTTPException, ValueError, AttributeError):
        return str(error.reason)
