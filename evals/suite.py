"""Several seeds against floors: the short evaluation of every change."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from statistics import median
from typing import cast

import yaml

from evals.score import ArmResult

Arms = Mapping[str, ArmResult]


@dataclass(frozen=True, slots=True)
class Floors:
    """What every seed must at least come to."""

    seeds: tuple[int, ...]
    copilot_below_do_nothing_cents: int
    copilot_above_insert_only_cents: int
    policy_violations: int
    checker: int
    urgent_answered_within_s: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """One seed with what it falls short of; nothing is good."""

    seed: int
    saved_cents: int
    """Against doing nothing."""
    short: tuple[str, ...]


def floors() -> Floors:
    """Return the floors that come with tenfour."""
    text = files("evals").joinpath("floors.yaml").read_text("utf-8")
    raw = cast(Mapping[str, object], yaml.safe_load(text))
    return Floors(
        seeds=tuple(cast(list[int], raw["seeds"])),
        copilot_below_do_nothing_cents=int(str(raw["copilot_below_do_nothing_cents"])),
        copilot_above_insert_only_cents=int(str(raw["copilot_above_insert_only_cents"])),
        policy_violations=int(str(raw["policy_violations"])),
        checker=int(str(raw["checker"])),
        urgent_answered_within_s=int(str(raw["urgent_answered_within_s"])),
    )


def judge(seed: int, arms: Arms, floor: Floors) -> Verdict:
    """Return what one seed falls short of."""
    copilot, nothing, insert = arms["copilot"], arms["do_nothing"], arms["insert_only"]
    short: list[str] = []
    saved = nothing.cost_cents - copilot.cost_cents
    if saved < floor.copilot_below_do_nothing_cents:
        short.append(f"saves {saved} ct over doing nothing")
    more = copilot.cost_cents - insert.cost_cents
    if more > floor.copilot_above_insert_only_cents:
        short.append(f"costs {more} ct more than inserting only")
    for name, arm in arms.items():
        if arm.policy_violations > floor.policy_violations:
            short.append(f"{name} broke policy {arm.policy_violations} times")
        if len(arm.checker) > floor.checker:
            short.append(f"the checker found in {name}: {arm.checker[0]}")
    for urgent in copilot.urgent:
        answered = urgent.answered_after_s
        soon = answered is not None and answered <= floor.urgent_answered_within_s
        if urgent.outcome != "in_promise" and not (urgent.outcome == "refused" and soon):
            short.append(f"urgent order {urgent.order_id} ended {urgent.outcome}")
    return Verdict(seed, saved, tuple(short))


def run(seeds: Sequence[int], play: Callable[[int], Arms], floor: Floors) -> tuple[Verdict, ...]:
    """Play every seed and judge it."""
    return tuple(judge(seed, play(seed), floor) for seed in seeds)


def summary(verdicts: Sequence[Verdict]) -> str:
    """Return one sentence on all seeds."""
    good = sum(not v.short for v in verdicts)
    saved = [v.saved_cents for v in verdicts]
    return (
        f"{good} of {len(verdicts)} seeds hold every floor; median saving EUR "
        f"{median(saved) / 100:.2f}, worst EUR {min(saved) / 100:.2f}."
    )
