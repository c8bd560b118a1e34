"""The traffic feed knows that there is a jam, and only roughly where, how wide and how slow."""

from dataclasses import replace
from math import log
from statistics import fmean, pstdev

from core.domain.fact import RoadIncidentReported
from core.domain.ids import IncidentId
from core.domain.place import Area
from evals.world.draws import Draws
from evals.world.feed import reported_jam
from evals.world.parameters import Parameters, default
from evals.world.traffic import Snarl
from tests.builders import east
from tests.evals.towns import a_plan, a_town, facts, played

JAM = Snarl(Area(east(1000), 300), 10, begins=36000, clears=40000, reported=36200)
ONE, OTHER = IncidentId("I-1"), IncidentId("I-2")


def test_what_is_reported_lies_around_the_truth_and_is_not_the_truth():
    told = [reported_jam(Draws(seed, default()), ONE, JAM) for seed in range(800)]
    speeds = [speed for _, speed in told]
    assert 9.5 < fmean(speeds) < 11.0
    assert 2.3 < pstdev(speeds) < 4.0
    radii = [log(area.radius_m / 300) for area, _ in told]
    assert abs(fmean(radii)) < 0.02
    assert 0.18 < pstdev(radii) < 0.22
    off = [area.centre.crow_m(JAM.area.centre) for area, _ in told]
    assert 45 < fmean(off) < 56
    assert (JAM.area, JAM.speed_pct) not in told


def test_a_feed_never_says_closed_nor_faster_than_normal():
    for true_pct in (1, 10, 95):
        for seed in range(200):
            _, speed = reported_jam(Draws(seed, default()), ONE, replace(JAM, speed_pct=true_pct))
            assert 1 <= speed <= 100


def test_the_report_hangs_on_the_incident():
    draws = Draws(3, default())
    assert reported_jam(draws, ONE, JAM) == reported_jam(Draws(3, default()), ONE, JAM)
    assert reported_jam(draws, ONE, JAM) != reported_jam(draws, OTHER, JAM)


def test_a_feed_without_error_tells_the_truth():
    names = ("report.speed_log_sd", "report.radius_log_sd", "report.centre_sd_m")
    figures = dict(default().figures)
    figures |= {name: replace(figures[name], value=0) for name in names}
    assert reported_jam(Draws(1, Parameters(figures)), ONE, JAM) == (JAM.area, 10)


def test_the_desk_hears_the_report_and_never_the_jam_itself():
    city = a_town(seed=4)
    world, _, heard = played(city, a_plan(city))
    (report,) = [t.body for t in facts(heard) if isinstance(t.body, RoadIncidentReported)]
    true = world.trouble.snarl
    assert (report.area, report.speed_pct) == reported_jam(world.draws, ONE, true)
    assert report.area != true.area
    assert report.speed_pct != true.speed_pct
