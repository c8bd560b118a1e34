"""SIGKILL at named places and at random moments: each decision once, each effect once."""

import json
from collections import Counter
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest

from core.context import keyed_rng
from core.domain.decision import MessageQueued, MessageSettled, RouteChanged
from core.domain.ids import ProposalId
from tests.crash.prepared import DAY, VANS
from tests.crash.processes import Wish, statuses
from tests.crash.scene import HOLD_MIN, SEED, Scene, a_scene, approval, fact, tick


def on_time(n: int) -> Wish:
    data: dict[str, object] = {"vehicle_id": VANS[n % 3], "order_id": None, "late_s": 0}
    return fact(f"call-{n}", "driver_reported", 0, data)


def check_once(scene: Scene, decided: Sequence[ProposalId], facts: Sequence[str]) -> None:
    """Check ledger, outbox and receiver: nothing twice, nothing lost, `tenfour verify` clean."""
    assert scene.approvals() == Counter(decided)
    events = scene.ledger()
    ids = Counter(e.event_id for e in events)
    assert max(ids.values()) == 1
    assert set(facts) <= set(ids)
    heard = [e.received_at for e in events]
    assert heard == sorted(heard), "the clock of a restarted server went back"
    queued = Counter(e.body.message_id for e in events if isinstance(e.body, MessageQueued))
    settled = Counter(
        (e.body.message_id, e.body.outcome) for e in events if isinstance(e.body, MessageSettled)
    )
    assert queued == Counter({f"M-{p}-1": 1 for p in decided})
    assert settled == Counter({(m, "sent"): 1 for m in queued})
    changed = Counter(e.body.proposal_id for e in events if isinstance(e.body, RouteChanged))
    assert changed == Counter([p for p in decided if p in scene.proposals[: len(VANS)]])
    # A key may come again after a crash, with the same words; no message has two keys.
    bodies = set(scene.receiver.taken)
    assert sorted(key for key, _ in bodies) == sorted(f"{DAY}/message/{m}" for m in queued)
    assert len({json.loads(body)["message_id"] for _, body in bodies}) == len(bodies)
    assert len({json.loads(body)["text"] for _, body in bodies}) == len(bodies)
    said = scene.server.verify()
    assert said["clean"] is True, said
    assert "Traceback" not in scene.server.log(), scene.server.log()


@pytest.fixture
def scene(tmp_path: Path) -> Generator[Scene]:
    with a_scene(tmp_path, proposals=4, people=1) as made:
        yield made


def finish(scene: Scene, proposal_id: ProposalId) -> None:
    """Start a healthy server and let the day go on until everything was answered and sent."""
    scene.server.start().ready()
    scene.people.finish()
    scene.until_everything_left(from_min=3)
    scene.server.kill()
    check_once(scene, [proposal_id], [])


@pytest.mark.slow
def test_killed_before_commit_nothing_was_decided_and_the_retry_decides(scene: Scene):
    chosen = scene.proposals[0]
    scene.server.start("before_commit").ready()
    scene.people.ask(approval(chosen, "ana"))
    scene.server.dies()
    assert not scene.approvals()
    assert scene.outbox() == []
    finish(scene, chosen)
    (answer,) = scene.people.answers
    assert (answer.status, answer.body["duplicate"]) == (200, False)


@pytest.mark.slow
def test_killed_after_commit_the_retry_hears_that_it_was_decided(scene: Scene):
    chosen = scene.proposals[0]
    scene.server.start("after_commit").ready()
    scene.people.ask(approval(chosen, "ana"))
    scene.server.dies()
    assert scene.approvals() == Counter([chosen])
    assert scene.outbox() == ["queued"]
    finish(scene, chosen)
    (answer,) = scene.people.answers
    assert (answer.status, answer.body["duplicate"]) == (200, True)


@pytest.mark.slow
def test_killed_between_commit_and_outbox_the_message_leaves_after_the_restart(scene: Scene):
    chosen = scene.proposals[-1]
    scene.server.start("commit_to_outbox").ready()
    scene.people.ask(approval(chosen, "ana"), tick(0, HOLD_MIN))
    scene.server.dies()
    assert (scene.outbox(), scene.receiver.keys) == (["queued"], [])
    finish(scene, chosen)
    assert len(scene.receiver.keys) == 1


@pytest.mark.slow
def test_killed_in_the_middle_of_a_send_it_goes_again_under_the_same_key(scene: Scene):
    chosen = scene.proposals[-1]
    scene.server.start("mid_send").ready()
    scene.people.ask(approval(chosen, "ana"), tick(0, HOLD_MIN))
    scene.server.dies()
    assert (scene.outbox(), len(scene.receiver.keys)) == (["sending"], 1)
    finish(scene, chosen)
    assert scene.receiver.keys == [f"{DAY}/message/M-{chosen}-1"] * 2


@pytest.mark.slow
@pytest.mark.parametrize("kills", [5, 30])
def test_killed_at_random_moments_everything_happens_once(tmp_path: Path, kills: int):
    """Two people approve every proposal while the server dies again and again."""
    rng = keyed_rng(SEED, "kills", kills)
    each = 4
    with a_scene(tmp_path, proposals=each * kills, people=6) as scene:
        for n in range(kills):
            wishes = [tick(n, n * HOLD_MIN), on_time(n)]
            for proposal_id in scene.proposals[each * n : each * n + each]:
                wishes += [approval(proposal_id, by) for by in ("ana", "ben")]
            rng.shuffle(wishes)
            scene.people.ask(*wishes)
            scene.live_and_die(n, rng, longest_s=0.3)
        scene.server.start().ready()
        scene.people.finish()
        scene.until_everything_left(from_min=kills * HOLD_MIN)
        scene.server.kill()
        answers = scene.people.answers
        for proposal_id in scene.proposals:
            path = approval(proposal_id, "").path
            assert statuses(answers, path) == [200, 409], [
                (a.status, a.body) for a in answers if a.wish.path == path
            ]
        assert set(statuses(answers, "/v1/events")) == {200}
        assert any(a.tries > 1 for a in answers), "no kill struck a request"
        facts = [f"{name}-{n}" for n in range(kills) for name in ("tick", "call")]
        check_once(scene, scene.proposals, facts)
