"""Finds that the model of arrival times fell back, from what the night said of it."""

from core.domain.case import DeliveryException, ExceptionType
from core.tower.look import Look, exception_id, observed


def drifted_forecasts(look: Look) -> tuple[DeliveryException, ...]:
    """Return one exception while a model is out of its bounds; it concerns no vehicle."""
    if look.day.forecasts is None:
        return ()
    at, said = look.day.forecasts
    if said.sound:
        return ()
    subject = f"model:{said.model_id}"
    name = exception_id(ExceptionType.FORECAST_DRIFT, said.model_id)
    return (
        DeliveryException(
            exception_id=name,
            type=ExceptionType.FORECAST_DRIFT,
            subject=subject,
            cause=subject,
            vehicle_ids=(),
            order_ids=(),
            detected_at=look.first_seen(name),
            evidence=(
                observed(f"{said.model_id}: {said.why}", at),
                observed("formula and history table answer in its stead", at),
            ),
        ),
    )
