"""One family of errors: a stable code for machines, a sentence for people, facts as attributes."""

from typing import ClassVar


class CopilotError(Exception):
    """Something was refused; the message says what, and what to do."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    """The HTTP status that the API answers with."""


class UnknownId(CopilotError):
    """A command speaks of something that the day does not hold."""

    code = "unknown_id"
    status = 404

    def __init__(self, kind: str, given: str) -> None:
        self.kind, self.given = kind, given
        super().__init__(f"there is no {kind} {given!r} on this day; check the number")


class Refused(CopilotError):
    """A command or fact is impossible as it stands."""

    code = "refused"
    status = 422


class Conflict(CopilotError):
    """The same id came again with different content."""

    code = "conflict"
    status = 409

    def __init__(self, event_id: str) -> None:
        self.event_id = event_id
        super().__init__(
            f"fact {event_id!r} is already in the ledger with different content; "
            "send a correction under an id of its own"
        )


class Stale(CopilotError):
    """A decision stands on something that has moved on."""

    code = "stale"
    status = 409

    def __init__(self, proposal_id: str, moved: tuple[str, ...]) -> None:
        self.proposal_id, self.moved = proposal_id, moved
        super().__init__(
            f"proposal {proposal_id} is out of date: {', '.join(moved)} moved on; "
            "look at the fresh one"
        )


class NotOpen(CopilotError):
    """A decision about a proposal or case that was already decided."""

    code = "not_open"
    status = 409

    def __init__(self, subject: str, status: str) -> None:
        self.subject, self.state = subject, status
        super().__init__(f"{subject} is already {status}; nothing was changed")


class Forbidden(CopilotError):
    """Policy says no, or the role is not enough."""

    code = "forbidden"
    status = 403


class RouteFrozen(CopilotError):
    """The driver is already on the way to the stop that a change would move."""

    code = "route_frozen"
    status = 409

    def __init__(self, route_id: str, order_id: str) -> None:
        self.route_id, self.order_id = route_id, order_id
        super().__init__(f"route {route_id} is frozen up to order {order_id}")


class BrokenLedger(CopilotError):
    """The stored chain does not verify."""

    code = "broken_ledger"
    status = 500


class NotReady(CopilotError):
    """Something the command needs was not set up; the message names the command that does."""

    code = "not_ready"
    status = 409
