"""Figures on the screen are short and say one thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui import words
from ui.geo import dashes
from ui.shapes import Delay, PriceLine, Undelivered


@pytest.mark.parametrize(
    ("cents", "said"),
    [(7100, "€71"), (7150, "€72"), (340, "€3.40"), (0, "€0.00"), (-3800, "-€38"), (None, "–")],
)
def test_euros_show_cents_only_where_they_matter(cents: int | None, said: str):
    assert words.euros(cents) == said


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("9.5 promises expected to break, EUR 91.10 at stake", "€91.10 at stake"),
        ("V05 takes X-0, -EUR 9.43 less", "-€9.43 less"),
        ("tender T-1 to gig at 10.91 EUR, pickup by 10:20", "at €10.91, pickup"),
        ("cost of the day EUR 1,354.00", "€1,354.00"),
        ("attempt at order T-0221 failed: receiverAbsent", "failed: nobody there"),
        ("EUR is the currency", "EUR is the currency"),
    ],
)
def test_sentences_of_the_server_are_said_with_one_sign_for_money_and_no_codes(
    told: str, said: str
):
    assert said in words.spoken(told)


@pytest.mark.parametrize(
    ("amount", "unit", "unit_cents", "said"),
    [
        (25.46, "promise", 500.0, "25.46 promises × €5.00"),
        (1.0, "attempt", 1530.0, "1 attempt × €15.30"),
        (3.2, "km", 16.5, "3.2 km × €0.165"),
        (-0.5, "minute", 50.0, "-0.5 minutes × €0.50"),
    ],
)
def test_a_line_of_a_price_says_what_it_multiplies(
    amount: float, unit: str, unit_cents: float, said: str
):
    line: PriceLine = {
        "label": "",
        "amount": amount,
        "unit": unit,
        "unit_cents": unit_cents,
        "cents": round(amount * unit_cents),
        "source": "",
        "sentence": "",
    }
    assert words.priced(line) == said


def test_a_gain_carries_its_sign_where_asked():
    assert words.euros(3800, signed=True) == "+€38"


def test_an_instant_is_said_as_its_wall_time():
    assert words.at("2026-11-10T10:04:12+02:00") == "10:04"


@pytest.mark.parametrize(
    ("minutes", "said"), [(None, "no hurry"), (-3, "now"), (11, "11 min"), (120, "2 h")]
)
def test_time_left_is_said_in_words(minutes: int | None, said: str):
    assert words.left(minutes) == said


@given(st.text(alphabet="*_`[]()#<>$~:!\\ab1 ", max_size=40))
def test_text_from_outside_keeps_no_markdown_of_its_own(text: str):
    said = words.plain(text)
    unescaped = said.replace("\\\\", "")
    for mark in "*_`[<$~#":
        assert all(unescaped[i - 1] == "\\" for i, c in enumerate(unescaped) if c == mark)


def test_a_dashed_line_draws_every_second_piece():
    line = [[24.94, 60.17], [24.94, 60.172]]  # 223 m to the north
    pieces = dashes(line, dash_m=50)
    assert len(pieces) == 3
    assert pieces[0][0] == line[0]


@given(st.lists(st.tuples(st.floats(24.9, 25.0), st.floats(60.1, 60.2)), min_size=2, max_size=6))
def test_dashes_never_leave_the_line_longer(points: list[tuple[float, float]]):
    line = [list(p) for p in points]
    for piece in dashes(line, dash_m=200):
        assert len(piece) >= 2


def test_what_did_not_go_out_is_one_line_with_what_to_do():
    lost: list[Undelivered] = [
        {
            "status": "failed",
            "sentence": "V03 was not told of its changed route",
            "todo": "call D03",
        }
    ]
    assert words.not_out(lost) == [
        "1 message did not go out: V03 was not told of its changed route (call D03)"
    ]
    assert words.not_out([]) == []
    many = words.not_out([*lost * 5, {**lost[0], "status": "unknown"}])
    assert [line.partition(":")[0] for line in many] == [
        "5 messages did not go out",
        "1 message may not have arrived",
    ]
    assert many[0].endswith("; and 2 more")


def test_the_minutes_by_cause_stand_beside_the_minutes_that_they_add_up_to():
    """The plan was six minutes early, so 32 behind it are 26 late."""
    delay: Delay = {
        "vehicle_id": "V05",
        "order_id": "T-0172",
        "late_min": 26,
        "behind_min": 32,
        "causes": [
            {"cause": "road", "minutes": 40},
            {"cause": "waiting", "minutes": -8},
        ],
    }
    assert words.late(delay) == (
        "V05 26 min late at T-0172, 32 min behind plan: road +40, waiting -8"
    )
    early: Delay = {**delay, "behind_min": -8, "causes": delay["causes"][1:]}
    assert words.late(early).endswith(", 8 min ahead of plan: waiting -8")
    bare: Delay = {**delay, "causes": []}
    assert words.late(bare) == "V05 26 min late at T-0172"
