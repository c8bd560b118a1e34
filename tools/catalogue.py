"""Every tool of the house: importing this registers them all."""

from tools import (
    carriers,
    cases,
    changes,
    contacts,
    decisions,
    fleet,
    notes,
    orders,
    policy,
    quotes,
    resolve,
    routes,
    tower,
)
from tools.registry import registry

__all__ = [
    "carriers",
    "cases",
    "changes",
    "contacts",
    "decisions",
    "fleet",
    "notes",
    "orders",
    "policy",
    "quotes",
    "registry",
    "resolve",
    "routes",
    "tower",
]
