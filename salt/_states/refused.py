"""What can't be done, told in a sentence. Salt's own test.fail_without_changes leaves its comment out with `test=True`."""

from __future__ import annotations

from typing import Any


def because(name: str, sentence: str) -> dict[str, Any]:
    """
    Fails, live and with `test=True`, and changes nothing.

    sentence
        The comment: what is wrong with the pillar, for whoever can mend it.

    .. code-block:: yaml

        example-guard:
          refused.because:
            - sentence: this pillar is for stor-1, this is stor-2
            - failhard: true
    """
    return {"name": name, "changes": {}, "result": False, "comment": sentence}
