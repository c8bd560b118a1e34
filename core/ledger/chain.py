"""The hash chain: each event's hash covers all events before it."""

from hashlib import sha256

GENESIS = "0" * 64
"""What the first event of a ledger is chained to."""


def next_hash(prev: str, event_bytes: bytes) -> str:
    """Return the hash of an event that follows one with hash `prev`."""
    return sha256(prev.encode() + b"\n" + event_bytes).hexdigest()
