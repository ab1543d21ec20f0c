"""A roster for salt-ssh: the machines that the inventory knows.

.. code-block:: yaml

    # the master's configuration, or the Saltfile's folder
    footing.inventory:
      url: https://inventory.par-1.internal:8443
      token_file: /etc/salt/footing-token
      ca_file: /etc/salt/footing-ca.pem

    salt-ssh --roster footing 'stor-r12-*' footing.status

Only host, port and user are taken from the inventory, and only when they look like such; keys, sudo and the like come
from the master's `roster_defaults`.
"""

from __future__ import annotations

import re
from typing import Any

from salt.exceptions import SaltSystemExit

# No leading '-': ssh would take it for an option.
HOST = re.compile(r"[A-Za-z0-9\[][A-Za-z0-9.:\[\]_-]{0,254}")
USER = re.compile(r"[A-Za-z_][A-Za-z0-9._-]{0,31}")


def targets(tgt: str, tgt_type: str = "glob", **_: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401
    asked = __utils__["footing_inventory.get"](__opts__.get("footing.inventory", {}), "/v1/feeds/salt/roster")
    if "answer" not in asked:
        raise SaltSystemExit(code=1, msg=asked.get("refused") or asked["unreachable"])
    machines = {name: {**__opts__.get("roster_defaults", {}), **entry}
                for name, found in asked["answer"].items() if (entry := _entry(found))}
    return __utils__["roster_matcher.targets"](machines, tgt, tgt_type, "ipv4")


def _entry(found: Any) -> dict[str, Any]:  # noqa: ANN401
    if not isinstance(found, dict) or not HOST.fullmatch(str(found.get("host", ""))):
        return {}
    entry: dict[str, Any] = {"host": found["host"]}
    port, user = found.get("port"), found.get("user")
    if isinstance(port, int) and 0 < port < 65536:
        entry["port"] = port
    if isinstance(user, str) and USER.fullmatch(user):
        entry["user"] = user
    return entry
