"""Lets a netbooted minion in: it has a new key at every boot, and the inventory says whether it is the machine it says.

The reactor (reactor/footing_keys.sls) hands every authentication here. A key is accepted when all of this holds:

- the minion names its machine in the inventory, which isn't quarantined, and whose host name or id is the minion's id;
- it proves that it is this machine's present boot: an HMAC of its id and its new key under the boot id, 122 random bits
  that the kernel made, that the agent reported with its own token, and that the minion never sends;
- where both know them, the serial number and UUID of the firmware agree.

Then an older key of that id goes, and the new one is accepted when the minion asks again. Anything else changes
nothing: the key stays pending, the event `footing/key` says why. There is no auto_accept and no open mode.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from typing import Any

import salt.key

log = logging.getLogger(__name__)


def admit(event: dict[str, Any]) -> dict[str, Any]:
    """
    Decides about one `salt/auth` event.

    .. code-block:: bash

        salt-run footing.admit '{"id": "stor-r12-u07", "act": "pend", "pub": "…", "autosign_grains": {…}}'
    """
    minion, act = str(event.get("id", "")), event.get("act")
    if act not in ("pend", "denied"):
        return {}
    refusal = _refusal(minion, str(event.get("pub", "")), event.get("autosign_grains") or {})
    done = "refused"
    if not refusal:
        done = _let_in(minion, str(event["pub"]))
    answer = {"id": minion, "done": done, "because": refusal}
    if done == "known":
        return answer
    (log.warning if refusal else log.info)("key of %s: %s %s", minion, done, refusal)
    __salt__["event.send"]("footing/key", answer)
    return answer


def proof(boot_id: str, minion: str, pub: str) -> str:
    """What _grains/footing.py computes from the same three values."""
    return hmac.new(boot_id.strip().encode(), f"{minion}\n{''.join(pub.split())}".encode(), hashlib.sha256).hexdigest()


def _refusal(minion: str, pub: str, claims: dict[str, Any]) -> str:
    """Why this key is not the inventory's machine's; empty if it is."""
    if not __utils__["footing_inventory.is_minion_id"](minion):
        return f"{minion!r} can't be a minion of footing: letters, digits, '.', '_' and '-' are"
    claim = claims.get("footing_claim")
    if not isinstance(claim, dict) or not claim.get("machine") or not claim.get("proof"):
        return "the minion claims no machine of the inventory (autosign_grains: [footing_claim])"
    path = "/v1/machines/" + __utils__["footing_inventory.quoted"](str(claim["machine"]))
    asked = __utils__["footing_inventory.get"](__opts__.get("footing.inventory", {}), path)
    if "answer" not in asked:
        return asked.get("refused") or asked["unreachable"]
    machine = asked["answer"]
    if minion not in (machine.get("id"), machine.get("host_name")):
        return f"machine {claim['machine']} is {machine.get('host_name')} and not {minion}"
    if machine.get("quarantine"):
        return f"machine {claim['machine']} is quarantined: {machine['quarantine']}"
    boot_id = str(machine.get("boot_id") or "")
    if not boot_id or not hmac.compare_digest(proof(boot_id, minion, pub).encode(), str(claim["proof"]).encode()):
        return f"the proof is not of the present boot of {minion}"
    firmware = machine.get("identity") or {}
    for grain, fact in (("uuid", "uuid"), ("serialnumber", "system_serial")):
        said, known = str(claims.get(grain) or "").lower(), str(firmware.get(fact) or "").lower()
        if said and known and said != known:
            return f"the minion's {grain} is {said}, the inventory knows {known}"
    return ""


def _let_in(minion: str, pub: str) -> str:
    keys = salt.key.get_key(__opts__)
    stored = keys.key_str(minion)
    if _same(stored.get("minions", {}).get(minion, ""), pub):
        return "known"  # events queue up while a master is busy: this one is older than the acceptance
    if _same(stored.get("minions_pre", {}).get(minion, ""), pub):
        keys.accept(match=minion)
        return "accepted"
    # Another key stands where this one wants to: the boot before's, or a stranger's that waits. The minion asks again.
    keys.delete_key(match=minion)
    return "replaced"


def _same(one: str, other: str) -> bool:
    return "".join(one.split()) == "".join(other.split())
