"""The page on arrival times in a real browser: by keys alone, and the API's own figures."""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest

from tests.ui.conftest import FLAGS, Desk, Traffic, unable

if find_spec("playwright") is None:
    unable("playwright is not installed")

from playwright.sync_api import Page, expect, sync_playwright

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE_MS = 20_000
# A morning of the demo is worked through in slices while the page is open.
WORKED_THROUGH_MS = 120_000


@pytest.fixture(params=["dark", "light"])
def page(desk: Desk, request: pytest.FixtureRequest) -> Iterator[tuple[Page, Traffic]]:
    traffic = Traffic()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=desk.browser, args=FLAGS)
        opened = browser.new_page(
            viewport={"width": 1366, "height": 768}, color_scheme=request.param
        )
        opened.set_default_timeout(PATIENCE_MS)
        opened.on("request", lambda asked: traffic.asked.append(asked.url))
        opened.goto(desk.console)
        # The timeline is drawn last: from then on no key meets a page that is still being made.
        opened.locator('[data-testid="stVegaLiteChart"]').first.wait_for(timeout=3 * PATIENCE_MS)
        yield opened, traffic
        browser.close()


def cells(page: Page, table: int) -> list[list[str]]:
    rows = page.locator("table.eta").nth(table).locator("tbody tr")
    return [row.locator("td").all_inner_texts() for row in rows.all()]


def agreed(page: Page, desk: Desk, days: int) -> dict[str, Any]:
    """Return what the API says once the page shows the same; the day goes on meanwhile."""
    told: dict[str, Any] = {}
    for _ in range(40):
        answer = desk.api.get("/v1/eta/quality", params={"days": days})
        told = answer.raise_for_status().json()
        if (cells(page, 0), cells(page, 2)) == expected(told):
            return told
        page.wait_for_timeout(500)
    pytest.fail(f"the page shows {cells(page, 0)} and {cells(page, 2)}, not {expected(told)}")


def expected(told: dict[str, Any]) -> tuple[list[list[str]], list[list[str]]]:
    """Return the rows of horizons and of addresses as the page should round them."""
    figures = ("mae_min", "rmse_min", "mape_pct", *(f"within_{m}_pct" for m in (5, 10, 15, 30)))
    far = [
        [one["name"], str(one["arrivals"]), *(rounded(name, one[name]) for name in figures)]
        for one in told["horizons"]
    ]
    worst = [
        [
            one["address"] or one["order_id"],
            str(one["visits"]),
            f"{one['mae_min']:.1f}",
            f"{one['shrunk_min']:.1f}",
            f"{one['bias_min']:+.1f}",
        ]
        for one in told["addresses"][:7]
    ]
    return far, worst


def rounded(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.1f}" if name.endswith("_min") else f"{value:.0f} %"


def test_how_good_times_were_is_one_key_away_and_so_is_the_board(
    page: tuple[Page, Traffic], desk: Desk
):
    shown, traffic = page
    shown.keyboard.press("t")
    says = shown.locator(".eta-says")
    says.wait_for()
    expect(says).to_contain_text("Formula, no history yet")
    expect(says).not_to_contain_text("Still working", timeout=WORKED_THROUGH_MS)

    # What is on the page is what the API says, to the rounding of the page.
    told = agreed(shown, desk, 1)
    assert told["complete"]
    assert told["arrivals"] > 100

    # Everything is above the fold: charts, tables, and what became of the models.
    assert shown.locator('[data-testid="stVegaLiteChart"]').count() == 4
    box = shown.get_by_text("Nothing was trained yet").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 768

    # More days by a key; there are none here, so the figures stay.
    shown.keyboard.press("2")
    expect(shown.locator(".st-key-eta-span-7 button")).to_have_attribute("kind", "primary")
    expect(says).not_to_contain_text("Still working", timeout=WORKED_THROUGH_MS)
    assert [d["day_id"] for d in agreed(shown, desk, 7)["days"]] == [told["days"][0]["day_id"]]

    shown.keyboard.press("b")
    shown.locator(".evidence").wait_for()
    assert shown.locator(".eta-says").count() == 0
    assert shown.locator('[data-testid="stException"]').count() == 0
    assert traffic.outside() == []
