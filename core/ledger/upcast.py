"""Old bodies brought up to what is written today, one version at a time."""

from collections.abc import Callable, Mapping
from typing import cast

Fields = dict[str, object]
Upcast = Callable[[Fields, Mapping[str, object]], Fields]
"""Takes a body and its envelope, returns the body one version on."""

VERSIONS: Mapping[str, int] = {"carrier_listed": 2, "order_tendered": 2, "proposed": 2}
"""Today's version of each body that was ever changed; all others are at 1."""


def version_of(body_type: str) -> int:
    """Return the version in which a body of that type is written today."""
    return VERSIONS.get(body_type, 1)


def _order_tendered_1(body: Fields, envelope: Mapping[str, object]) -> Fields:
    """Version 1 named neither hold nor pickup: tenders left at once, from the depot."""
    return {**body, "hold_until": envelope["at"], "pickup": None, "pickup_by": None}


def _proposed_1(body: Fields, _envelope: Mapping[str, object]) -> Fields:
    """Version 1 knew what the recommended option stands on, and nothing of the others; and it had
    no price for what an option does to the promises of others."""
    return {**body, "proposal": {**cast(Fields, body["proposal"]), "bases": []}}


def _carrier_listed_1(body: Fields, _envelope: Mapping[str, object]) -> Fields:
    """Version 1 knew no volumes, areas and sizes of parcels: their defaults say that none binds."""
    return body


UPCASTS: Mapping[tuple[str, int], Upcast] = {
    ("carrier_listed", 1): _carrier_listed_1,
    ("order_tendered", 1): _order_tendered_1,
    ("proposed", 1): _proposed_1,
}


def upcast(envelope: Mapping[str, object]) -> Mapping[str, object]:
    """Return the event with its body in today's version; ValueError for one from the future."""
    body = dict(cast(Mapping[str, object], envelope["body"]))
    body_type, version = str(body.get("type")), envelope["version"]
    today = version_of(body_type)
    if not isinstance(version, int) or not 1 <= version <= today:
        raise ValueError(
            f"{body_type} version {version} is not known here (up to {today}); "
            "a newer tenfour wrote this ledger"
        )
    while version < today:
        body = UPCASTS[body_type, version](body, envelope)
        version += 1
    return {**envelope, "body": body, "version": today}
