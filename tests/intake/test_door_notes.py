"""What is noted of the way to a door: read from files, kept out of plans, learned by the model."""

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from core.domain.decision import PlanAdopted
from core.domain.fact import OrderDelivered, OrderReceived, RouteDeparted, StopReached
from core.domain.ids import OrderId, StopId, VehicleId
from core.domain.order import Access, Order
from core.eta.doors.records import UNKNOWN, access_of, stairs_of
from core.eta.doors.records import Access as Counted
from core.eta.life.harvest import harvest
from core.intake.export import read_export
from core.intake.mapping import BadMapping, read_mapping
from core.ledger import codec
from core.travel.estimate import EstimateTravel
from tests.builders import DEPOT, a_route, an_order, east, hand_plan, morning_facts
from tests.eta.life.depot import ledger
from tests.intake.test_export import DRIVERS, EXAMPLE, HEADER, VEHICLES, a_row


def imported(folder: Path, *cells: str, words: str = ""):
    """Return the orders and problems of rows with the cells floor, lift and way in."""
    mapping = (EXAMPLE / "mapping.toml").read_text(encoding="utf-8")
    columns = 'phone = "Phone"\nfloor = "Floor"\nlift = "Lift"\naccess = "Way in"'
    mapping = mapping.replace('phone = "Phone"', columns) + words
    (folder / "mapping.toml").write_text(mapping, encoding="utf-8")
    rows = [f"{a_row(f'PT-{n}')};{cell}" for n, cell in enumerate(cells, start=1)]
    text = "\n".join([f"{HEADER};Floor;Lift;Way in", *rows])
    (folder / "orders.csv").write_text(text, encoding="utf-8")
    (folder / "vehicles.csv").write_text(VEHICLES, encoding="utf-8")
    (folder / "drivers.csv").write_text(DRIVERS, encoding="utf-8")
    export = read_export(folder, read_mapping(folder / "mapping.toml"), EXAMPLE, "salt")
    orders = [e.fact.order for e in export.entries if isinstance(e.fact, OrderReceived)]
    return orders, export.problems


def test_floor_lift_and_way_in_come_with_the_export(tmp_path: Path):
    (third, lifted, empty, cellar), problems = imported(
        tmp_path, "3;no;code", "12;Yes;Reception", ";;", "-1;;yard"
    )
    assert not problems
    assert (third.floor, third.lift, third.access) == (3, False, Access.CODE)
    assert (lifted.floor, lifted.lift, lifted.access) == (12, True, Access.RECEPTION)
    assert (empty.floor, empty.lift, empty.access) == (None, False, None)
    assert (cellar.floor, cellar.access) == (-1, Access.YARD)


def test_a_depot_has_its_own_words(tmp_path: Path):
    words = '\n[orders.lifts]\n"mit Lift" = true\n\n[orders.access]\nPortier = "reception"\n'
    (order,), problems = imported(tmp_path, "2;mit lift;portier", words=words)
    assert not problems
    assert (order.lift, order.access) == (True, Access.RECEPTION)


@pytest.mark.parametrize(
    ("cell", "field", "says"),
    [
        ("third;;", "floor", "'third' is not a number"),
        ("2,5;;", "floor", "2,5 is not a whole number"),
        ("900;;", "floor", "900 is no floor of a house"),
        ("2;maybe;", "lift", "unknown lift 'maybe'; known are no, yes"),
        ("2;;window", "access", "unknown access 'window'; known are code, gate"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_column(
    tmp_path: Path, cell: str, field: str, says: str
):
    orders, (problem,) = imported(tmp_path, cell)
    assert not orders
    assert (problem.line, problem.field) == (2, field)
    assert says in problem.reason


def test_a_word_for_a_way_in_that_there_is_not_is_a_mistake_in_the_mapping(tmp_path: Path):
    with pytest.raises(BadMapping, match=r"orders\.access\.Fenster"):
        imported(tmp_path, ";;", words='\n[orders.access]\nFenster = "window"\n')


def test_an_order_that_says_nothing_of_its_door_is_written_as_it_always_was():
    plain = codec.unstructure(an_order("o1"))
    assert isinstance(plain, dict)
    assert not {"floor", "lift", "access"} & set(plain)
    noted = replace(an_order("o1"), floor=0, access=Access.GATE)
    written = codec.unstructure(noted)
    assert isinstance(written, dict)
    assert (written["floor"], written["access"]) == (0, "gate")
    assert codec.structure(written, Order) == noted


def test_no_house_has_a_floor_like_that():
    with pytest.raises(ValueError, match="no house has a floor 200"):
        replace(an_order("o1"), floor=200)


def test_stairs_are_what_somebody_climbs():
    order = an_order("o1")
    assert stairs_of(order) == UNKNOWN
    assert stairs_of(replace(order, floor=4)) == 4
    assert stairs_of(replace(order, floor=4, lift=True)) == 0
    assert stairs_of(replace(order, floor=-1)) == 1


def test_every_way_in_is_one_that_the_model_counts():
    order = an_order("o1")
    assert access_of(order) == UNKNOWN
    counted = {access_of(replace(order, access=a)) for a in Access}
    assert counted == {int(c) for c in Counted if c is not Counted.UNKNOWN}


def test_services_in_a_ledger_teach_with_floor_and_way_in():
    near = replace(an_order("o1", east(2_000)), floor=3, access=Access.CODE)
    far = an_order("o2", east(4_000))
    van, plan = VehicleId("V1"), hand_plan([a_route("V1", [near, far])])
    played = [
        *((0.0, fact) for fact in morning_facts(["V1"], [near, far])),
        (0.0, PlanAdopted(plan)),
        (5.0, RouteDeparted(van, DEPOT)),
        (11.0, StopReached(van, StopId("deliver:o1"), east(2_000))),
        (15.0, OrderDelivered(van, OrderId("o1"), east(2_000))),
        (24.0, StopReached(van, StopId("deliver:o2"), east(4_000))),
        (28.0, OrderDelivered(van, OrderId("o2"), east(4_000))),
    ]
    found = harvest([(ledger(played), EstimateTravel("Europe/Helsinki"))])
    np.testing.assert_array_equal(found.served.asked.floor, [3, UNKNOWN])
    np.testing.assert_array_equal(found.served.asked.access, [int(Counted.CODE), UNKNOWN])


ROUTED = "the problem of the morning or of a repair reads it"
NAMED = "names the order or its customer"
DOOR = "floor, lift and way in: learned service times alone read them"
ORDER = {
    "order_id": NAMED,
    "customer_id": NAMED,
    "point": ROUTED,
    "load": ROUTED,
    "promise": ROUTED,
    "service_s": ROUTED,
    "priority": ROUTED,
    "needs": ROUTED,
    "late_penalty_cents": ROUTED,
    "hours": ROUTED,
    "max_height_cm": ROUTED,
    "release_at": ROUTED,
    "prize_cents": ROUTED,
    "depot_id": ROUTED,
    "returns": ROUTED,
    "pickup": ROUTED,
    "floor": DOOR,
    "lift": DOOR,
    "access": DOOR,
    "alternatives": ROUTED,
    "way": ROUTED,
    "way_cents": ROUTED,
}


def test_every_field_of_an_order_is_decided_about():
    """A new field stands here with who reads it, so that no search silently passes over it."""
    assert {f.name for f in fields(Order)} == set(ORDER)
