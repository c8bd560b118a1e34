"""A model drifted: no route is changed for it; somebody looks at the models and chooses one."""

from core.resolve.draft import Draft
from core.resolve.situation import Situation


def forecast_drift(situation: Situation) -> list[Draft]:
    """Return nothing: waiting is the only option there, and the models are chosen by command."""
    del situation
    return []
