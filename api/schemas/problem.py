"""What a refusal is answered with."""

from pydantic import Field

from api.schemas.base import JsonObject, View


class Problem(View):
    """RFC 9457. One sentence in `detail`; `code` is stable for machines."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[JsonObject] | None = Field(default=None)
    """Where the input is wrong, for 422."""
    fresh_proposal_id: str | None = None
    """For `stale` and `not_open`: the proposal to look at instead, once there is one."""
    moved: list[str] | None = None
    """For `stale`: what moved on."""
