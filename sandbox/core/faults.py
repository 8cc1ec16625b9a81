"""Faults on demand: which request goes wrong, and how. Replayable: rules are counted, not random
unless a ``chance`` is given, and then the seed decides."""

import random
import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.core.messages import Request

KINDS = (
    "status",  # answer {status, body, content_type, headers} instead of the real answer
    "delay",  # the real answer after {seconds}
    "hang",  # no answer for {seconds}, then the socket closes
    "drip",  # the real answer one byte at a time, {seconds} between bytes
    "reset",  # the socket is reset
    "truncate",  # half of the real body, then the socket closes
    "wrong_length",  # Content-Length larger than the body, then the socket closes
    "malformed",  # 200 with JSON cut in half but a right Content-Length
    "empty",  # 200 without a body
    "html",  # {status} (502) with an HTML page
    "xml",  # {status} (200) with an XML page
    "redirect",  # 302 to {location}
    "gzip_bomb",  # Content-Encoding gzip that unpacks to {megabytes}
)


@dataclass(slots=True)
class Rule:
    """``when``: before (the request is not carried out) or after_commit (it is, then it goes wrong)."""

    match: dict[str, Any]
    fault: dict[str, Any]
    times: int = 1
    seen: int = 0
    fired: int = 0

    def wants(self, request: Request, account: str, dice: random.Random) -> bool:
        match = self.match
        if match.get("vendor") not in (None, request.vendor):
            return False
        if match.get("method") not in (None, request.method):
            return False
        if match.get("account", match.get("realm")) not in (None, account):
            return False
        if "path" in match and not re.search(match["path"], request.path):
            return False
        if "query" in match and not re.search(match["query"], request.query_string):
            return False
        if "body" in match and not re.search(match["body"].encode(), request.body):
            return False
        self.seen += 1
        if "nth" in match and self.seen != int(match["nth"]):
            return False
        return dice.random() < float(match.get("chance", 1.0))


@dataclass(slots=True)
class FaultPlan:
    rules: list[Rule] = field(default_factory=list)
    dice: random.Random = field(default_factory=lambda: random.Random(0))

    def replace(self, plan: dict[str, Any]) -> None:
        """``{"seed": 1, "rules": [{"match": {}, "fault": {"kind": …}, "times": 1}]}``; raises ValueError."""
        rules = []
        for rule in plan.get("rules", []):
            fault = rule.get("fault", {})
            if fault.get("kind") not in KINDS:
                raise ValueError(f"fault.kind must be one of {', '.join(KINDS)}")
            if fault.get("when", "before") not in ("before", "after_commit"):
                raise ValueError("fault.when must be before or after_commit")
            rules.append(Rule(rule.get("match", {}), fault, int(rule.get("times", 1))))
        self.dice = random.Random(plan.get("seed", 0))
        self.rules = rules

    def pick(self, request: Request, account: str) -> dict[str, Any] | None:
        for rule in self.rules:
            if 0 <= rule.times <= rule.fired:
                continue
            if rule.wants(request, account, self.dice):
                rule.fired += 1
                return rule.fault
        return None
