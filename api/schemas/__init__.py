"""What the API answers: the read models of the console, by subject.

Every instant is RFC 3339 in the zone of the day, so characters 11 to 16 are the wall time. Money
is whole cents, durations whole seconds or minutes as the name says, shares whole percent.
"""

from api.schemas.answers import Accepted, AcceptedEvent, AcceptedPositions, Control, Decided, Logged
from api.schemas.base import JsonObject, Place, View, Window
from api.schemas.cases import (
    Band,
    CaseDetail,
    CaseRow,
    CauseMinutes,
    DelayView,
    EvidenceView,
    ExceptionView,
    Inbox,
    LatePromise,
    Outcome,
)
from api.schemas.chat import Conversation, Turn
from api.schemas.day import (
    ChangeRow,
    Changes,
    Clock,
    Closing,
    DayView,
    Health,
    Kpi,
    UndeliveredView,
)
from api.schemas.problem import Problem
from api.schemas.proposals import (
    ActionView,
    MeetingView,
    OptionView,
    PriceLineView,
    PriceView,
    ProposalMap,
    Proposals,
    ProposalView,
    RiskView,
    VerdictView,
)
from api.schemas.quotes import QuotedWindow, QuoteView
from api.schemas.routes import LastSeen, Orders, OrderView, Routes, RouteView, StopView

__all__ = [
    "Accepted",
    "AcceptedEvent",
    "AcceptedPositions",
    "ActionView",
    "Band",
    "CaseDetail",
    "CaseRow",
    "CauseMinutes",
    "ChangeRow",
    "Changes",
    "Clock",
    "Closing",
    "Control",
    "Conversation",
    "DayView",
    "Decided",
    "DelayView",
    "EvidenceView",
    "ExceptionView",
    "Health",
    "Inbox",
    "JsonObject",
    "Kpi",
    "LastSeen",
    "LatePromise",
    "Logged",
    "MeetingView",
    "OptionView",
    "OrderView",
    "Orders",
    "Outcome",
    "Place",
    "PriceLineView",
    "PriceView",
    "Problem",
    "ProposalMap",
    "ProposalView",
    "Proposals",
    "QuoteView",
    "QuotedWindow",
    "RiskView",
    "RouteView",
    "Routes",
    "StopView",
    "Turn",
    "UndeliveredView",
    "VerdictView",
    "View",
    "Window",
]
