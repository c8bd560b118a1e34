"""The console's only way to the world: HTTP calls to the API, each answered or explained."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import httpx

from ui.eta_shapes import EtaQuality
from ui.route_shapes import ProposalMap, Routes
from ui.shapes import (
    CaseDetail,
    Closing,
    Day,
    Decided,
    GeoJson,
    Inbox,
    Logged,
    Proposal,
)


@dataclass(frozen=True)
class Refusal(Exception):
    """The API said no: a sentence for people, a code for us."""

    sentence: str
    code: str = "unreachable"
    status: int = 0
    fresh_proposal_id: str | None = None
    moved: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True)
class ChatEvent:
    """One piece of an answer as it arrives."""

    kind: str
    data: dict[str, Any]


class Client:
    """Calls the API; every method raises Refusal with a sentence when it cannot."""

    def __init__(self, base_url: str, api_key: str = "") -> None:
        self.base_url = base_url.rstrip("/")
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._http = httpx.Client(base_url=self.base_url, headers=headers, timeout=15.0)

    def day(self) -> Day:
        return cast(Day, self._get("/v1/day"))

    def inbox(self) -> Inbox:
        return cast(Inbox, self._get("/v1/cases"))

    def closing(self) -> Closing:
        return cast(Closing, self._get("/v1/closing"))

    def eta_quality(self, days: int = 1) -> EtaQuality:
        return cast(EtaQuality, self._get("/v1/eta/quality", {"days": days}))

    def case(self, case_id: str) -> CaseDetail:
        return cast(CaseDetail, self._get(f"/v1/cases/{case_id}"))

    def proposal(self, proposal_id: str) -> Proposal:
        return cast(Proposal, self._get(f"/v1/proposals/{proposal_id}"))

    def proposal_map(self, proposal_id: str, option_id: str) -> ProposalMap:
        answer = self._get(f"/v1/proposals/{proposal_id}/map", {"option_id": option_id})
        return cast(ProposalMap, answer)

    def routes(self, vehicle_ids: list[str] | None = None) -> Routes:
        return cast(Routes, self._get("/v1/routes", {"vehicle_id": vehicle_ids or []}))

    def route_lines(self, vehicle_ids: list[str] | None = None) -> GeoJson:
        return self._get("/v1/routes/geometry", {"vehicle_id": vehicle_ids or []})

    def approve(self, proposal_id: str, by: str, option_id: str | None = None) -> Decided:
        body = {"by": by} if option_id is None else {"by": by, "option_id": option_id}
        what = option_id or "recommended"
        answer = self._post(
            f"/v1/proposals/{proposal_id}/approve", body, f"approve:{proposal_id}:{what}"
        )
        return cast(Decided, answer)

    def reject(self, proposal_id: str, by: str, reason: str, note: str) -> Decided:
        body = {"by": by, "reason": reason, "note": note}
        answer = self._post(f"/v1/proposals/{proposal_id}/reject", body, f"reject:{proposal_id}")
        return cast(Decided, answer)

    def undo(self, proposal_id: str, by: str) -> Decided:
        answer = self._post(f"/v1/proposals/{proposal_id}/undo", {"by": by}, f"undo:{proposal_id}")
        return cast(Decided, answer)

    def snooze(self, case_id: str, by: str, until: str, revision: int) -> Decided:
        key = f"snooze:{case_id}:{revision}:{until}"
        answer = self._post(f"/v1/cases/{case_id}/snooze", {"by": by, "until": until}, key)
        return cast(Decided, answer)

    def log_contact(self, body: dict[str, Any], key: str) -> Logged:
        return cast(Logged, self._post("/v1/contacts", body, key))

    def set_kill_switch(self, on: bool, by: str, seq: int) -> None:
        self._post("/v1/control/kill-switch", {"on": on, "by": by}, f"kill:{on}:{seq}")

    def set_autonomy(self, exception_type: str, level: str, by: str, seq: int) -> None:
        self._post(
            f"/v1/control/autonomy/{exception_type}",
            {"level": level, "by": by},
            f"autonomy:{exception_type}:{level}:{seq}",
        )

    def chat(
        self, thread_id: str, text: str, person: str, case_id: str | None
    ) -> Iterator[ChatEvent]:
        """Yield the answer to one message piece by piece."""
        body = {"thread_id": thread_id, "text": text, "person": person, "case_id": case_id}
        try:
            with self._http.stream("POST", "/v1/chat", json=body, timeout=60.0) as response:
                if response.is_error:
                    response.read()
                    raise _refusal(response)
                yield from _server_sent(response.iter_lines())
        except httpx.HTTPError as error:
            raise Refusal("The answer broke off; ask again.") from error

    def _get(self, path: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return self._answer("GET", path, params=params)

    def _post(self, path: str, body: Mapping[str, Any], key: str) -> dict[str, Any]:
        return self._answer("POST", path, json=body, headers={"Idempotency-Key": key})

    def _answer(self, method: str, path: str, **call: Any) -> dict[str, Any]:
        try:
            response = self._http.request(method, path, **call)
        except httpx.HTTPError as error:
            raise Refusal(f"The server at {self.base_url} does not answer.") from error
        if response.is_error:
            raise _refusal(response)
        return response.json()


def _refusal(response: httpx.Response) -> Refusal:
    try:
        problem: dict[str, Any] = response.json()
    except ValueError:
        return Refusal(
            f"The server answered {response.status_code}.", "broken", response.status_code
        )
    return Refusal(
        str(problem.get("detail") or problem.get("title") or "The server said no."),
        str(problem.get("code") or "refused"),
        response.status_code,
        problem.get("fresh_proposal_id"),
        tuple(problem.get("moved") or ()),
    )


def _server_sent(lines: Iterator[str]) -> Iterator[ChatEvent]:
    kind, data = "message", ""
    for line in lines:
        if line.startswith("event:"):
            kind = line[6:].strip()
        elif line.startswith("data:"):
            data += line[5:].strip()
        elif not line and data:
            yield ChatEvent(kind, json.loads(data))
            kind, data = "message", ""
