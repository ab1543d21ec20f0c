"""The pillar `footing` of a minion, from the inventory. Fail-closed: without a usable answer there is an exception, and
Salt runs no state on a pillar that failed.

.. code-block:: yaml

    ext_pillar:
      - footing:
          url: https://inventory.par-1.internal:8443
          token_file: /etc/salt/footing-token     # role read
          ca_file: /etc/salt/footing-ca.pem
          last_good: /var/cache/salt/master/footing  # optional

With `last_good`, while the inventory can't be reached, a minion gets what was last answered for it, marked
`stale: true` with `fetched_at`: footing.guard stops on that unless the site says `footing:accept_stale`. What the
inventory refuses (it knows no such machine) is never answered from there.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from typing import Any

from salt.exceptions import SaltRenderError

SCHEMA = 1


def ext_pillar(minion_id: str, pillar: dict[str, Any], last_good: str = "", **access: Any) -> dict[str, Any]:  # noqa: ANN401, ARG001
    if not __utils__["footing_inventory.is_minion_id"](minion_id):
        raise SaltRenderError(f"{minion_id!r} can't be a minion of footing: letters, digits, '.', '_' and '-' are")
    path = "/v1/feeds/salt/pillar/" + __utils__["footing_inventory.quoted"](minion_id)
    asked = __utils__["footing_inventory.get"](access, path)
    if "refused" in asked:
        raise SaltRenderError(asked["refused"])
    problem = asked.get("unreachable") or _wrong(asked["answer"], minion_id)
    if not problem:
        if last_good:
            _keep(last_good, minion_id, asked["answer"])
        return asked["answer"]
    kept = _kept(last_good, minion_id) if last_good else None
    if kept is None:
        raise SaltRenderError(problem)
    kept["footing"] |= {"stale": True, "stale_because": problem}
    return kept


def _wrong(answer: dict[str, Any], minion_id: str) -> str:
    """Why this is no pillar for that minion; empty if it is one."""
    footing = answer.get("footing")
    if not isinstance(footing, dict) or footing.get("schema") != SCHEMA:
        return f"the inventory's answer for {minion_id} is no pillar of schema {SCHEMA}"
    if footing.get("node") != minion_id:
        return f"the inventory's answer for {minion_id} is for {footing.get('node')}"
    return ""


def _keep(folder: str, minion_id: str, answer: dict[str, Any]) -> None:
    """Replaced as a whole, for root only: a pillar may hold secrets."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    kept = {"fetched_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "answer": answer}
    descriptor, fresh = tempfile.mkstemp(dir=folder)
    with open(descriptor, "w", encoding="utf-8") as file:
        json.dump(kept, file)
    os.replace(fresh, _file(folder, minion_id))


def _kept(folder: str, minion_id: str) -> dict[str, Any] | None:
    try:
        with open(_file(folder, minion_id), encoding="utf-8") as file:
            kept = json.load(file)
        if _wrong(kept["answer"], minion_id):
            return None
        kept["answer"]["footing"]["fetched_at"] = kept["fetched_at"]
        return kept["answer"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _file(folder: str, minion_id: str) -> str:
    return os.path.join(folder, minion_id + ".json")
