"""A town whose customers, drivers and streets come again day after day, and what happens there.

Nothing of this file comes from `core`: each seed draws its own parameters around published ones.
Floors, ways in, drivers, doors, zones, hours, weather and customers who are out all have effects;
no forecast reads a parameter of them.
"""

from dataclasses import dataclass

import numpy as np

from evals.bench.progress_truth import ACCESS, QUARTER_S, QUARTERS, Floats, Ints, Town, town

CUSTOMERS = 900
DRIVERS = 6
SIDE_M = 6_000.0
"""Of the square that the town is; the depot lies in its middle."""
ZONES_A_SIDE = 5
# Failed first visits by customer: Beta(0.331, 6.896), 155,320 rows.
OUT_ALPHA, OUT_BETA = 0.331, 6.896
WORKERS_SHARE = 0.08
"""Customers who are out from nine to five, by assumption."""
AT_WORK_S = (9 * 3600, 17 * 3600)
AT_WORK_OUT = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Customers with their doors."""

    east_m: Floats
    north_m: Floats
    floor: Ints
    lift: Ints
    access: Ints
    out: Floats
    works: Ints
    often: Floats
    """Share of all orders."""


class TownDays:
    """One town; the same seed and day give the same luck, whoever drives where."""

    def __init__(self, seed: int) -> None:
        self.seed, self.place = seed, town(seed)
        rng = np.random.default_rng([seed, 11])
        count = CUSTOMERS
        share = rng.pareto(1.3, count) + 0.3
        self.people = People(
            east_m=rng.uniform(-SIDE_M / 2, SIDE_M / 2, count),
            north_m=rng.uniform(-SIDE_M / 2, SIDE_M / 2, count),
            floor=np.where(rng.random(count) < 0.5, rng.integers(1, 6, count), 0),
            lift=(rng.random(count) < 0.3).astype(np.int64),
            access=rng.choice(len(ACCESS), count, p=[0.5, 0.2, 0.12, 0.12, 0.06]),
            out=rng.beta(OUT_ALPHA, OUT_BETA, count),
            works=(rng.random(count) < WORKERS_SHARE).astype(np.int64),
            often=share / share.sum(),
        )
        self._door = rng.normal(0, self.place.door_sd, count)
        self._hand = rng.normal(0, self.place.driver_sd, DRIVERS)
        self._foot = rng.normal(0, self.place.drive_driver_sd, DRIVERS)
        self._zone = rng.normal(0, 1.6 * self.place.zone_sd, (ZONES_A_SIDE, ZONES_A_SIDE))

    def ordering(self, day: int, count: int) -> tuple[Ints, Ints]:
        """Return who ordered for a day, and how many parcels each."""
        rng = np.random.default_rng([self.seed, 12, day])
        who = rng.choice(CUSTOMERS, count, replace=False, p=self.people.often)
        parcels = rng.choice([1, 2, 3, 4, 5], count, p=[0.685, 0.21, 0.07, 0.025, 0.01])
        return who.astype(np.int64), parcels.astype(np.int64)

    def on(self, day: int) -> "TownDay":
        return TownDay(self, day)

    def zone_pace(self, east_m: float, north_m: float) -> float:
        side = SIDE_M / ZONES_A_SIDE
        column, row = (int((v + SIDE_M / 2) // side) for v in (east_m, north_m))
        last = ZONES_A_SIDE - 1
        return float(np.exp(self._zone[min(max(row, 0), last), min(max(column, 0), last)]))

    def hand(self, driver: int) -> float:
        return float(self._hand[driver])

    def foot(self, driver: int) -> float:
        return float(self._foot[driver])

    def door(self, customer: int) -> float:
        return float(self._door[customer])


class TownDay:
    """One day of it: weather, congestion, the form of each driver, the luck of each stop."""

    def __init__(self, of: TownDays, day: int) -> None:
        self._of, self._day = of, day
        place, rng = of.place, np.random.default_rng([of.seed, 13, day])
        self._wet = bool(rng.random() < place.wet_share)
        share = place.congestion_day_share
        quick = rng.normal(size=QUARTERS)
        log_slow = np.sqrt(share) * rng.normal() + np.sqrt(1 - share) * quick
        self._slow: Floats = place.congestion_sd * log_slow
        self._form: Floats = rng.normal(0, place.form_sd, DRIVERS)
        self._drive_form: Floats = rng.normal(0, place.drive_form_sd, DRIVERS)

    def _luck(self, *key: int) -> np.random.Generator:
        return np.random.default_rng([self._of.seed, 14, self._day, *key])

    def late_s(self, driver: int) -> int:
        """Return by how much a van leaves after its time."""
        return round(float(self._luck(0, driver).gamma(1.5, 180.0)))

    def leg_s(
        self, driver: int, nth: int, start: tuple[float, float], end: tuple[float, float], at_s: int
    ) -> int:
        """Return the seconds of a leg begun at that second of the day."""
        place, rng = self._of.place, self._luck(1, driver, nth)
        way = float(np.hypot(end[0] - start[0], end[1] - start[1])) * place.circuity
        # Long ways lead over fast roads.
        speed = place.speed_mps * (0.75 + 0.55 * min(way / 6_000, 1.0))
        quarter = at_s // QUARTER_S % QUARTERS
        luck = place.leg_sd * rng.normal() - place.leg_sd**2 / 2
        pace = luck + self._of.foot(driver) + self._drive_form[driver] + self._slow[quarter]
        free = (place.turn_s + way / speed) * self._of.zone_pace(*end)
        wet = place.wet_drive if self._wet else 1.0
        return max(15, round(float(free * np.exp(pace) * wet / place.hour_speed[quarter])))

    def is_out(self, customer: int, at_s: int) -> bool:
        """Return whether nobody opens at that second of the day."""
        people = self._of.people
        rate = float(people.out[customer])
        if people.works[customer] and AT_WORK_S[0] <= at_s < AT_WORK_S[1]:
            rate += AT_WORK_OUT
        return bool(self._luck(2, customer).random() < rate)

    def card_s(self, customer: int) -> int:
        """Return what ringing and leaving a card takes."""
        luck = float(np.exp(0.4 * self._luck(3, customer).normal()))
        return max(10, round(self._of.place.card_s * luck))

    def service_s(self, driver: int, customer: int, parcels: int, hours_out: float) -> int:
        """Return what handing over takes a driver who is out for so long."""
        place, people, rng = self._of.place, self._of.people, self._luck(4, customer)
        stairs = 0 if people.lift[customer] else int(people.floor[customer])
        work = place.door_base_s + place.parcel_s * parcels + place.floor_s * stairs
        work += float(place.access_s[people.access[customer]])
        luck = place.stop_sd * rng.normal() - place.stop_sd**2 / 2
        pace = luck + self._of.door(customer) + self._of.hand(driver) + self._form[driver]
        tired = 1 + place.tires_per_hour * max(0.0, hours_out - 3)
        wet = place.wet_door if self._wet else 1.0
        trouble = float(rng.lognormal(5.7, 0.5)) if rng.random() < place.trouble_share else 0.0
        return max(8, round((work + trouble) * float(np.exp(pace)) * tired * wet))

    @staticmethod
    def planned_s(place: Town, parcels: int) -> int:
        """Return what the depot's own table gives a door."""
        return round(place.plan_door_s + place.plan_parcel_s * parcels)
