"""One arm's day: the world plays, the desk hears, somebody decides, the checker looks on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from core.context import CountedIds, SetClock
from core.desk.commands import AdoptPlan, AdoptRules, Approve, Command, ReportFact
from core.desk.owner import DayOwner
from core.domain.day import Day
from core.domain.fact import (
    CarrierListed,
    CustomerRegistered,
    DriverListed,
    Fact,
    OrderReceived,
    Tick,
    VehicleListed,
)
from core.domain.ids import EventId, VehicleId
from core.domain.option import ChangeRoutes, RefuseOrder, TenderOrder
from core.domain.plan import Plan
from core.domain.position import Position
from core.domain.rules import Rules
from core.errors import CopilotError, Stale
from core.ledger import chain, codec
from core.ledger.events import Event
from core.routing.build import middle_of_day
from core.routing.check import (
    Violation,
    check_change,
    check_executed,
    executed_points,
    hard_ones,
)
from core.store.store import Store
from core.travel.lookup import Lookup, matrix_lookup
from core.travel.protocol import TravelTimes
from evals.audit import breach, commits
from evals.score import ArmResult, Driven, score
from evals.world.city import City
from evals.world.scenario import Scenario
from evals.world.world import World

STEP_S = 30


@dataclass(frozen=True)
class Stage:
    """What all arms of one seed share."""

    seed: int
    city: City
    plan: Plan
    scenario: Scenario
    travel: TravelTimes


class Dispatcher(Protocol):
    """Whoever runs the day beside the drivers."""

    def act(self, play: "Play") -> None:
        """Do what is to be done now; called after everything heard is in the ledger."""
        ...


@dataclass
class Play:
    """A day in progress."""

    stage: Stage
    owner: DayOwner
    clock: SetClock
    ids: CountedIds
    world: World
    lookup: Lookup
    found: list[str] = field(default_factory=list[str])
    """What the checker said, hard violations only."""
    refused: list[str] = field(default_factory=list[str])
    forbidden: list[str] = field(default_factory=list[str])
    """Decisions in force that policy does not allow, each with its reason."""
    seen: dict[VehicleId, Position] = field(default_factory=dict[VehicleId, Position])
    """Where the world last saw each vehicle."""
    heard: bool = False
    """Whether a fact other than time came in with the last step."""

    @property
    def day(self) -> Day:
        return self.owner.day

    def fact(self, event_id: str, at: datetime, actor: str, body: Fact) -> None:
        self.owner.submit(ReportFact(EventId(event_id), at, actor, body))

    def decide(self, command: Command) -> bool:
        """Submit a decision; False when the desk does not take it."""
        before = self.day
        try:
            receipt = self.owner.submit(command)
        except Stale:
            return False
        except CopilotError as error:
            self.refused.append(f"{type(command).__name__}: {error}")
            return False
        role = command.role if isinstance(command, Approve) else ""
        self.look_at(before, receipt.events, role)
        return True

    def look_at(self, before: Day, events: Sequence[Event], role: str = "") -> None:
        """Have checker and policy judge what was committed, each on the day just before it.

        `role` is that of the person who decided; empty where no person did.
        """
        now = self.clock.now()
        for commit in commits(before, events):
            actions, day = commit.option.actions, commit.before
            meetings = [m for a in actions if isinstance(a, ChangeRoutes) for m in a.meetings]
            let_go = [a.order_id for a in actions if isinstance(a, TenderOrder | RefuseOrder)]
            broken: tuple[Violation, ...] = ()
            if commit.routes:
                broken = hard_ones(
                    check_change(day, commit.routes, meetings, self.lookup, now, let_go=let_go)
                )
            for violation in broken:
                self.found.append(f"{day.clock(now)} {violation.code}: {violation.sentence}")
            if wrong := breach(commit, role, self.seen, broken, now):
                self.forbidden.append(f"{day.clock(now)} {wrong}")


def opened(stage: Stage, store: Store | None = None) -> Play:
    """Return the day at 06:00: imported, its plan adopted, nobody on the road.

    Without a store it lives in memory.
    """
    city = stage.city
    clock = SetClock(city.at(stage.scenario.plan_at - 3600))
    ids = CountedIds()
    owner = DayOwner(
        store or Store("sqlite://"), city.opened().day_id, clock=clock, ids=ids, travel=stage.travel
    )
    world = World(city, stage.plan, stage.scenario, stage.travel, lambda: owner.day)
    points = [city.depot.point, *(o.point for o in city.orders if o.point)]
    points += [order.point for _, order in world.trouble.urgent if order.point]
    lookup = matrix_lookup(stage.travel, points, city.at(12 * 3600))
    play = Play(stage, owner, clock, ids, world, lookup)
    at = clock.now()
    told: list[tuple[str, Fact]] = [("open", city.opened())]
    told += [(f"customer:{c.customer_id}", CustomerRegistered(c)) for c in city.customers]
    told += [(f"order:{o.order_id}", OrderReceived(o)) for o in city.orders]
    told += [(f"vehicle:{v.vehicle_id}", VehicleListed(v)) for v in city.vehicles]
    told += [(f"driver:{d.driver_id}", DriverListed(d)) for d in city.drivers]
    told += [(f"carrier:{c.carrier_id}", CarrierListed(c)) for c in city.carriers]
    facts = [ReportFact(EventId(i), at, "feed:import", body) for i, body in told]
    for answer in owner.submit_all(facts):
        if isinstance(answer, CopilotError):
            raise answer
    owner.submit(AdoptRules(Rules(), "script"))
    clock.instant = city.at(stage.scenario.plan_at)
    owner.submit(AdoptPlan(stage.plan, "script"))
    return play


def step(play: Play, dispatcher: Dispatcher, seconds: int = STEP_S) -> None:
    """Let the world play on, tell the desk what was heard, let the dispatcher act."""
    play.clock.advance(seconds)
    now = play.clock.now()
    play.heard = False
    heard = play.world.advance(now)
    fixes = [h for h in heard if isinstance(h, Position)]
    play.seen |= {fix.vehicle_id: fix for fix in fixes}
    play.owner.report_position(*fixes)
    for item in heard:
        if not isinstance(item, Position):
            play.heard = True
            play.fact(item.event_id, item.at, item.actor, item.body)
    dispatcher.act(play)


def play_out(play: Play, dispatcher: Dispatcher) -> ArmResult:
    """Play to the end of the day and return its figures."""
    city, scenario = play.stage.city, play.stage.scenario
    first = min(r.depart_at for r in play.stage.plan.routes if r.stops)
    play.clock.instant = first - timedelta(seconds=STEP_S)
    end = city.at(scenario.ends)
    while play.clock.now() < end and not play.world.finished:
        step(play, dispatcher)
    return result(play)


def result(play: Play) -> ArmResult:
    """Return the figures of the day as played so far."""
    events = play.owner.events(0)
    found = list(play.found)
    normal = play.stage.travel.slowed(())
    lookup = matrix_lookup(normal, executed_points(events), middle_of_day(play.day))
    executed = hard_ones(check_executed(events, lookup))
    found += [f"executed {v.code}: {v.sentence}" for v in executed]
    return score(
        play.day,
        events,
        driven(play),
        checker=found,
        policy_found=play.forbidden,
        refused_commands=play.refused,
        returned_at=[
            (v, play.day.clock(play.stage.city.at(r.returned)) if r.returned else "out")
            for v, r in play.world.riders.all.items()
        ],
        digest=ledger_digest(events),
    )


def ledger_digest(events: Sequence[Event]) -> str:
    """Return the last link of the hash chain over these events."""
    head = chain.GENESIS
    for event in events:
        head = chain.next_hash(head, codec.encode_event(event))
    return head


def driven(play: Play) -> list[Driven]:
    """Return what every vehicle truly drove; one that is still out counts up to now."""
    now = play.stage.city.second(play.clock.now())
    found: list[Driven] = []
    for vehicle in play.stage.city.vehicles:
        rider = play.world.rider(vehicle.vehicle_id)
        if rider.departed is None:
            continue
        until = rider.returned if rider.returned is not None else now
        seconds = until - rider.departed
        km_cents = vehicle.cost_per_km_cents
        found.append(Driven(vehicle.vehicle_id, seconds, rider.metres, km_cents))
    return found


def tick(play: Play) -> None:
    """Tell the ledger that time passed."""
    now = play.clock.now()
    play.fact(f"tick:{now.isoformat()}", now, "tenfour", Tick())
