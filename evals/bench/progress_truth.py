"""Simulated routes of a town and how they truly went: effects that no forecast here knows of.

Nothing of this file comes from `core`: each seed draws its own parameters around published ones.
A town has streets, drivers, doors and weather of its own; a depot plans with its own table.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STOPS = 150
DRIVERS = 12
ROUTES_A_DAY = 10
DOORS = 6_000
ZONES = 24
QUARTER_S = 900
QUARTERS = 96
ACCESS = ("street", "code", "gate", "reception", "yard")
"""How one gets to a door."""


@dataclass(frozen=True, slots=True)
class Town:
    """What a seed draws once; seconds and metres, spreads in logs."""

    circuity: float
    speed_mps: float
    turn_s: float
    """Pulling out, turning, finding a gap, on every leg."""
    hour_speed: Floats
    congestion_sd: float
    congestion_day_share: float
    leg_sd: float
    drive_driver_sd: float
    drive_form_sd: float
    door_base_s: float
    parcel_s: float
    floor_s: float
    access_s: Floats
    """Added by each way of access."""
    driver_sd: float
    form_sd: float
    door_sd: float
    stop_sd: float
    absent_share: float
    card_s: float
    trouble_share: float
    tires_per_hour: float
    """By how much more doors take for each hour above three."""
    wet_share: float
    wet_drive: float
    wet_door: float
    jam_share: float
    zone_sd: float
    plan_door_s: float
    """What the depot's own table gives a door, and each parcel."""
    plan_parcel_s: float


def town(seed: int) -> Town:
    """Return the town of a seed; published figures are the middle of what it draws."""
    rng = np.random.default_rng([seed, 1])

    def near(value: float, sd: float = 0.12) -> float:
        return float(value * np.exp(sd * rng.normal()))

    # Hours 5, 8, 12, 15, 18 and 21 of taxi trips, each moved a little; flat in the night.
    knots = np.array([1.5, 0.93, 0.99, 0.89, 0.97, 1.13]) * np.exp(0.04 * rng.normal(size=6))
    hours = np.interp((np.arange(QUARTERS) + 0.5) / 4, [5, 8, 12, 15, 18, 21], knots)
    driver_variance = near(0.097) * near(0.668, 0.05) ** 2
    lasting = rng.uniform(0.5, 0.85)
    door, parcel = near(14), near(49, 0.08)
    return Town(
        circuity=near(1.4, 0.06),
        speed_mps=near(7.0, 0.05),
        turn_s=near(42.0),
        hour_speed=hours,
        congestion_sd=near(0.20),
        congestion_day_share=float(rng.uniform(0.15, 0.30)),
        leg_sd=near(0.31, 0.08),
        drive_driver_sd=near(0.06),
        drive_form_sd=near(0.05),
        door_base_s=door,
        parcel_s=parcel,
        floor_s=near(7.0),
        access_s=np.array([0.0, near(9.0), near(15.0), near(25.0), near(18.0)]),
        driver_sd=float(np.sqrt(driver_variance * lasting)),
        form_sd=float(np.sqrt(driver_variance * (1 - lasting))),
        door_sd=near(0.30),
        stop_sd=near(0.45, 0.06),
        absent_share=near(0.0423),
        card_s=near(75.0),
        trouble_share=near(0.012),
        tires_per_hour=near(0.012),
        wet_share=float(rng.uniform(0.1, 0.35)),
        wet_drive=near(1.08, 0.03),
        wet_door=near(1.05, 0.02),
        jam_share=near(0.15),
        zone_sd=near(0.10),
        plan_door_s=near(28.0, 0.05),
        plan_parcel_s=near(46.0, 0.05),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Routes:
    """Routes as rows, stops as columns; instants are seconds of their own day."""

    day: Ints
    driver: Ints
    depart_s: Floats
    """Planned."""
    crow_m: Floats
    """From the stop before."""
    door: Ints
    zone: Ints
    parcels: Ints
    floor: Ints
    """Stairs to climb; zero with a lift."""
    access: Ints
    plan_serve_s: Floats
    plan_pause_s: Floats
    departed_s: Floats
    arrive_s: Floats
    leave_s: Floats
    drive_s: Floats

    def __len__(self) -> int:
        return len(self.day)


def routes(seed: int, days: int, stops: int = STOPS, a_day: int = ROUTES_A_DAY) -> Routes:
    """Return the routes of so many days, in order of days."""
    place, rng = town(seed), np.random.default_rng([seed, 2])
    count = days * a_day
    shape = (count, stops)
    day = np.repeat(np.arange(days), a_day)
    driver = np.concatenate([rng.permutation(DRIVERS)[:a_day] for _ in range(days)])
    # Doors of a round lie close together; now and then the van goes to another street.
    crow = np.where(
        rng.random(shape) < 0.12, rng.lognormal(6.5, 0.5, shape), rng.lognormal(4.7, 0.6, shape)
    )
    crow[:, 0] = rng.lognormal(8.3, 0.35, count)
    door_zone = rng.integers(0, ZONES, DOORS)
    # A round stays in two or three zones of the town.
    home = rng.integers(0, ZONES, count)
    zone = (home[:, None] + np.cumsum(rng.random(shape) < 0.02, axis=1)) % ZONES
    door = _doors(rng, door_zone, zone)
    door_floor = np.where(rng.random(DOORS) < 0.45, rng.integers(0, 5, DOORS), 0)
    door_access = rng.choice(len(ACCESS), DOORS, p=[0.55, 0.2, 0.1, 0.1, 0.05])
    parcels = rng.choice([1, 2, 3, 4, 5], shape, p=[0.685, 0.21, 0.07, 0.025, 0.01])
    weekday_parcel = 1 + 0.04 * (day % 7 == 0)[:, None]
    door_pace = rng.normal(0, place.door_sd, DOORS)
    plan_serve = place.plan_door_s + place.plan_parcel_s * parcels
    pause = np.zeros(shape)
    pause[np.arange(count), rng.integers(int(0.4 * stops), int(0.6 * stops), count)] = 1_800.0
    hand, foot = _crews(place, rng, day, driver)
    wet = (rng.random(days) < place.wet_share)[day]
    work = place.door_base_s + place.parcel_s * parcels * weekday_parcel
    work = work + place.floor_s * door_floor[door] + place.access_s[door_access[door]]
    luck = place.stop_sd * rng.normal(size=shape) - place.stop_sd**2 / 2
    serve = work * np.exp(luck + door_pace[door] - place.door_sd**2 / 2)
    absent = rng.random(shape) < place.absent_share
    serve = np.where(absent, place.card_s * np.exp(0.4 * rng.normal(size=shape)), serve)
    serve = serve + (rng.random(shape) < place.trouble_share) * rng.lognormal(5.7, 0.5, shape)
    serve = serve * np.exp(hand)[:, None] * np.where(wet, place.wet_door, 1.0)[:, None]
    free = _free_s(place, rng, crow, zone)
    free = free * np.exp(foot)[:, None] * np.where(wet, place.wet_drive, 1.0)[:, None]
    free = free * _jams(place, rng, shape)
    depart: Floats = 27_000.0 + 900.0 * rng.integers(0, 5, count).astype(np.float64)
    departed = depart + rng.gamma(1.5, 240.0, count) - 180.0
    rest = np.where(pause > 0, pause + rng.normal(120, 300, shape).clip(-900), 0.0)
    clock = _congestion(place, rng, days)[day]
    arrive, leave, drive = _played(place, departed, free, serve, rest, clock)
    return Routes(
        day, driver, depart, crow, door, zone, parcels, door_floor[door], door_access[door],
        plan_serve, pause, departed, arrive, leave, drive,
    )  # fmt: skip


def _doors(rng: np.random.Generator, door_zone: Ints, zone: Ints) -> Ints:
    """Return a door of its zone for each stop; some doors get far more than others."""
    found = np.zeros(zone.shape, dtype=np.int64)
    for one in range(ZONES):
        inside = np.flatnonzero(door_zone == one)
        share = rng.pareto(1.5, len(inside)) + 0.2
        rows = zone == one
        found[rows] = rng.choice(inside, int(rows.sum()), p=share / share.sum())
    return found


def _crews(place: Town, rng: np.random.Generator, day: Ints, driver: Ints) -> tuple[Floats, Floats]:
    """Return each route's log pace at doors and on the road: the driver, and the day's form."""
    hands = rng.normal(0, place.driver_sd, DRIVERS)
    feet = rng.normal(0, place.drive_driver_sd, DRIVERS) + 0.2 * hands
    hand = hands[driver] + rng.normal(0, place.form_sd, len(day))
    foot = feet[driver] + rng.normal(0, place.drive_form_sd, len(day))
    return hand, foot


def _free_s(place: Town, rng: np.random.Generator, crow_m: Floats, zone: Ints) -> Floats:
    """Return seconds at the day's mean speed; each zone is faster or slower than the next."""
    pace = np.exp(rng.normal(0, place.zone_sd, ZONES))[zone]
    way = crow_m * place.circuity * np.exp(0.15 * rng.normal(size=crow_m.shape))
    # Long ways lead over fast roads.
    speed = place.speed_mps * (0.75 + 0.55 * np.minimum(way / 6_000, 1.0))
    luck = place.leg_sd * rng.normal(size=crow_m.shape) - place.leg_sd**2 / 2
    return (place.turn_s + way / speed) * pace * np.exp(luck)


def _jams(place: Town, rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """Return by what a jam stretches legs: on some routes, for a handful of legs."""
    slow = np.ones(shape)
    jammed: Ints = np.flatnonzero(rng.random(shape[0]) < place.jam_share)
    for row in jammed:
        first = int(rng.integers(0, shape[1]))
        slow[row, first : first + int(rng.integers(3, 12))] = rng.uniform(1.5, 3.0)
    return slow


def _congestion(place: Town, rng: np.random.Generator, days: int) -> Floats:
    """Return the log slowdown of each quarter of each day: a share that stays, and weather."""
    day = rng.normal(size=(days, 1))
    quick = rng.normal(size=(days, QUARTERS))
    share = place.congestion_day_share
    return place.congestion_sd * (np.sqrt(share) * day + np.sqrt(1 - share) * quick)


def _played(
    place: Town, departed: Floats, free: Floats, serve: Floats, rest: Floats, clock: Floats
) -> tuple[Floats, Floats, Floats]:
    """Drive all routes at once, stop after stop."""
    count, stops = free.shape
    arrive, leave, drive = np.zeros((3, count, stops))
    now = departed.copy()
    rows: Ints = np.arange(count, dtype=np.int64)
    for stop in range(stops):
        now = now + rest[:, stop]
        quarter = (now // QUARTER_S).astype(np.int64) % QUARTERS
        leg = free[:, stop] * np.exp(clock[rows, quarter]) / place.hour_speed[quarter]
        hours = (now - departed) / 3600
        tired = 1 + place.tires_per_hour * np.maximum(0, hours - 3)
        arrive[:, stop] = now + leg
        drive[:, stop] = leg
        now = arrive[:, stop] + serve[:, stop] * tired
        leave[:, stop] = now
    return arrive, leave, drive
