"""How verdicts compare, and what a role may decide."""

from collections.abc import Iterable

from core.domain.proposal import Verdict, VerdictKind

ROLES = ("dispatcher", "manager")
"""Who decides, from the least to the most."""


def rank(verdict: Verdict) -> int:
    """Return how strict a verdict is: 0 allow, 1 dispatcher, 2 manager, 3 forbid."""
    if verdict.kind is VerdictKind.ALLOW:
        return 0
    if verdict.kind is VerdictKind.FORBID:
        return len(ROLES) + 1
    return 1 + ROLES.index(verdict.role)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the strictest verdict, the first of equals."""
    return max(verdicts, key=rank)


def permits(verdict: Verdict, role: str) -> bool:
    """Return whether somebody of that role may put the action in force. No role: the machine."""
    if verdict.kind is VerdictKind.NEEDS:
        return role in ROLES and ROLES.index(role) >= ROLES.index(verdict.role)
    return verdict.kind is VerdictKind.ALLOW


def allow(rule: str, sentence: str) -> Verdict:
    return Verdict(VerdictKind.ALLOW, rule, sentence)


def forbid(rule: str, sentence: str) -> Verdict:
    return Verdict(VerdictKind.FORBID, rule, sentence)


def needs(rule: str, sentence: str, role: str = "dispatcher") -> Verdict:
    return Verdict(VerdictKind.NEEDS, rule, sentence, role)
