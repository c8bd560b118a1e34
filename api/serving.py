"""A served day: owner, loop, chat and HTTP server, started together and stopped together."""

import multiprocessing
import socket
import threading
from datetime import datetime

import uvicorn

from agents.models.select import model_of
from agents.runner import step
from api.app import create_app
from api.auditing import Trail
from api.auth import read_or_make_key
from api.chatting import Conversations, memory_file
from api.choosing import Choice
from api.lease import Lease, take
from api.live import Live
from api.loop import EngineLoop
from api.sending import Post
from api.warming import Say, Warming
from core.context import Clock, Ids
from core.desk.commands import ReportFact
from core.desk.owner import DayOwner
from core.domain.ids import DayId, EventId
from core.errors import NotReady
from core.eta.attempts.told import foretold
from core.eta.life.answering import DayAnswers
from core.eta.life.registry import Registry
from core.routing.pool import SolverPool
from core.routing.wide import WIDE
from core.settings import Settings
from core.store.store import Store
from core.travel.protocol import TravelTimes
from tools.runtime import Runtime

# Somebody who presses Ctrl-C waits this long for a search.
STEP_ENDS_S = 5.0


class Service:
    """One day with everything that works on it. `start` it, then `stop` it; not again."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        day_id: DayId,
        travel: TravelTimes,
        *,
        clock: Clock,
        ids: Ids,
        seed: int = 0,
        work_cases: bool = True,
    ) -> None:
        self.lease: Lease = take(settings, day_id)
        self.pool = SolverPool(settings.workers)
        owner = DayOwner(store, day_id, clock=clock, ids=ids, travel=travel)
        self._trail = Trail(store, day_id)
        registry = Registry(settings.home, str(day_id).rpartition(":")[0])
        answers = DayAnswers(registry, travel)
        self._choice = Choice(owner, registry, answers, travel.stamp.name)
        self.runtime = Runtime(
            owner,
            travel,
            clock,
            ids,
            seed,
            self.pool,
            settings,
            self._trail,
            answers=answers,
        )
        model_of(self.runtime)  # refuses settings that no model can come of, before anything runs
        self._post = Post(store, owner, settings, clock)
        self._post.recover()
        works = [self._work] if work_cases else []
        steps = (self._choose, self._foretell, *works, self._send, self._keep)
        self.loop = EngineLoop(clock, *steps)
        self.conversations = Conversations(self.runtime, memory_file(settings, day_id))
        self.live = Live(
            owner=owner,
            travel=travel,
            clock=clock,
            ids=ids,
            api_key=read_or_make_key(settings),
            seed=seed,
            body_limit_bytes=settings.body_limit_bytes,
            conversations=self.conversations,
            wake=self.loop.wake,
            loop_state=self.loop.state,
            answers=answers,
            model=lambda: self._choice.present,
            registry=registry,
        )
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._warming: Warming | None = None

    def _choose(self, now: datetime) -> None:
        self._choice.look(max(now, self.live.day.now))

    def _foretell(self, now: datetime) -> None:
        """Tell the day how likely first visits fail, by the model that was promoted."""
        answers, owner = self._choice.present, self.live.owner
        if answers is None or not answers.attempts_id:
            return
        said = foretold(answers.attempts, answers.attempts_id, owner.day)
        if said is not None:
            name = f"attempt-risks:{answers.attempts_id}:{owner.day.seq}"
            owner.submit(ReportFact(EventId(name), now, "feed:models", said))

    def _work(self, _: datetime) -> None:
        report = step(self.runtime)
        if report.trouble:
            raise NotReady(f"the look at the day failed: {report.trouble}")

    def _send(self, now: datetime) -> None:
        self._post.send_due(now)

    def _keep(self, _: datetime) -> None:
        self._trail.flush()

    def start(self, bound: socket.socket, say: Say | None = None) -> str:
        """Start the loop and the server on a bound socket; return the address once it answers.

        With somebody to tell, the searches of a day with many vehicles are made ready besides.
        """
        host, port = bound.getsockname()[:2]
        url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        config = uvicorn.Config(
            create_app(self.live),
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=3,
        )
        self._server = uvicorn.Server(config)
        # Signals belong to the main thread, where whoever started the service waits.
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [bound]}, name="tenfour-api", daemon=True
        )
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise NotReady(f"the server did not start at {url}; run with --debug for the cause")
            self._thread.join(0.02)
        self.work_alone(say)
        self.lease.announce(url)
        return url

    def serving(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def work_alone(self, say: Say | None = None) -> None:
        """Start the loop with no server: unattended work."""
        if say is not None and len(self.live.day.vehicles) >= WIDE:
            self._warming = Warming(self.pool, say)
        self.loop.start()

    def stop(self) -> bool:
        """Stop listening, finish the step in hand, give the day back.

        False when a search would not end in time: its processes are killed and this one should
        end too. Nothing is lost by that: what was committed is, the rest never was.
        """
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(10)
        if self._warming is not None:
            self._warming.stop()
        self.conversations.close()
        ended = self.loop.stop(STEP_ENDS_S)
        self._trail.flush()
        if ended:
            self.pool.close()
        else:
            for child in multiprocessing.active_children():
                child.kill()
        self.lease.close()
        return ended
