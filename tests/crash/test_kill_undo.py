"""SIGKILL while decisions are undone and orders tendered: each stands or is undone, never half."""

from collections import Counter
from pathlib import Path

import pytest

from core.context import keyed_rng
from core.domain.decision import OrderTendered, ProposalUndone
from core.domain.ids import ProposalId
from tests.crash.prepared import DAY
from tests.crash.processes import People, statuses
from tests.crash.scene import HOLD_MIN, SEED, Scene, a_scene, approval, tick, undoing

EACH = 4
"""Proposals decided between two kills; half of them are tenders, and half of all are undone."""


def key_of(scene: Scene, proposal_id: ProposalId) -> str:
    """Return the key under which the one effect of a proposal leaves the house."""
    tendered = {
        e.body.proposal_id: e.body.tender_id
        for e in scene.ledger()
        if isinstance(e.body, OrderTendered)
    }
    if proposal_id in tendered:
        return f"{DAY}/tender/{tendered[proposal_id]}"
    return f"{DAY}/message/M-{proposal_id}-1"


def undone(scene: Scene) -> Counter[ProposalId]:
    return Counter(e.body.proposal_id for e in scene.ledger() if isinstance(e.body, ProposalUndone))


def check_whole(scene: Scene) -> None:
    """Check that each decision was made once, and took effect outside or was undone, never both."""
    taken_back = undone(scene)
    assert scene.approvals() == Counter(scene.proposals)
    assert set(taken_back.values()) <= {1}
    offered = Counter(e.body.tender_id for e in scene.ledger() if isinstance(e.body, OrderTendered))
    assert set(offered.values()) == {1}
    stands = {key_of(scene, p) for p in scene.proposals if p not in taken_back}
    gone = {key_of(scene, p) for p in taken_back}
    assert {r.key: r.status for r in scene.store.outbox(DAY)} == {
        **dict.fromkeys(stands, "sent"),
        **dict.fromkeys(gone, "withdrawn"),
    }
    assert set(scene.receiver.keys) == stands
    assert len(set(scene.receiver.taken)) == len(stands), "a key came with two contents"
    said = scene.server.verify()
    assert said["clean"] is True, said
    assert "Traceback" not in scene.server.log(), scene.server.log()


@pytest.mark.slow
@pytest.mark.parametrize("kills", [4, 30])
def test_killed_while_people_undo_and_tender_each_decision_stands_or_is_undone_whole(
    tmp_path: Path, kills: int
):
    rng = keyed_rng(SEED, "undo-kills", kills)
    with a_scene(tmp_path, EACH * kills + 1, people=4, tenders=2 * kills) as scene:
        # The first proposals change routes, which an undo puts back; tenders come last.
        made, tenders = scene.proposals[: 2 * kills], scene.proposals[2 * kills + 1 :]
        pairs = [(*made[2 * n : 2 * n + 2], *tenders[2 * n : 2 * n + 2]) for n in range(kills)]
        undos: list[ProposalId] = []
        for n, four in enumerate(pairs):
            wishes = [tick(n, n * HOLD_MIN), *(approval(p, "ana") for p in four)]
            rng.shuffle(wishes)
            regretted = [four[0], four[2]]
            undos += regretted
            scene.people.ask(*wishes, *(undoing(p, "ana") for p in regretted))
            scene.live_and_die(n, rng, longest_s=0.5)
        scene.server.start().ready()
        scene.people.finish()
        # Whatever the kills left of the others, this one is in time.
        in_time = scene.proposals[2 * kills]
        undos.append(in_time)
        calm = People(scene.server).start(1)
        calm.ask(approval(in_time, "ana"), undoing(in_time, "ana"))
        calm.finish()
        scene.until_everything_left(from_min=kills * HOLD_MIN)
        scene.server.kill()
        check_whole(scene)
        answers, taken_back = [*scene.people.answers, *calm.answers], undone(scene)
        assert set(taken_back) <= set(undos)
        for proposal_id in undos:
            (status,) = statuses(answers, undoing(proposal_id, "ana").path)
            assert status == (200 if proposal_id in taken_back else 409)
        assert any(a.tries > 1 for a in answers), "no kill struck a request"
        assert in_time in taken_back
