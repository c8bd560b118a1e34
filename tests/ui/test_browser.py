"""The board in a real browser, on a real day: the keyboard alone is enough."""

import re
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageChops

from tests.ui.conftest import FLAGS, Desk, Traffic, unable

if find_spec("playwright") is None:
    unable("playwright is not installed")

from playwright.sync_api import Page, expect, sync_playwright

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROWS = ".st-key-options button"
APPROVE = '[class*="st-key-approve-"] button'
PATIENCE_MS = 20_000


@pytest.fixture
def traffic() -> Traffic:
    return Traffic()


@pytest.fixture
def page(desk: Desk, traffic: Traffic) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=desk.browser, args=FLAGS)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.set_default_timeout(PATIENCE_MS)
        page.on("request", lambda request: traffic.asked.append(request.url))
        page.on("websocket", lambda socket: traffic.asked.append(socket.url))
        page.goto(desk.console)
        page.locator(".cause").wait_for()
        yield page
        browser.close()


def waiting_cases(desk: Desk) -> list[dict[str, Any]]:
    bands = desk.api.get("/v1/cases").raise_for_status().json()["bands"]
    return [c for b in bands for c in b["cases"] if c["proposal_id"]]


def proposal(desk: Desk, proposal_id: str) -> dict[str, Any]:
    return desk.api.get(f"/v1/proposals/{proposal_id}").raise_for_status().json()


def late_routes(desk: Desk, case: dict[str, Any]) -> list[str]:
    """Name the routes that the case says are late."""
    detail = desk.api.get(f"/v1/cases/{case['case_id']}").raise_for_status().json()
    return [d["vehicle_id"] for d in detail["delays"] if d["late_min"] > 0]


def open_case(page: Page, title: str) -> None:
    """Walk down the inbox with J until that case is open."""
    for _ in range(12):
        if title in page.locator(".cause").inner_text():
            break
        before = page.locator(".cause").inner_text()
        page.keyboard.press("j")
        page.wait_for_function(
            "was => document.querySelector('.cause').innerText !== was", arg=before
        )
    expect(page.locator(".cause")).to_contain_text(title)
    page.locator(APPROVE).wait_for()


def map_changes(page: Page, act: Callable[[], None]) -> bool:
    """Return whether the drawing of the map is another one some seconds after an act."""
    canvas = page.locator('.st-key-map-box [data-testid="stDeckGlJsonChart"]')
    page.wait_for_timeout(4_000)
    before = Image.open(BytesIO(canvas.screenshot())).convert("L")
    act()
    for _ in range(60):
        page.wait_for_timeout(500)
        after = Image.open(BytesIO(canvas.screenshot())).convert("L")
        if after.size == before.size:
            dots = sum(ImageChops.difference(before, after).histogram()[40:])
            if dots > 150:
                return True
    return False


def ask(page: Page, question: str) -> str:
    """Ask the copilot and return its whole answer."""
    box = page.locator('[data-testid="stChatInputTextArea"]')
    said = page.locator('.st-key-talk [data-testid="stChatMessage"]')
    count = said.count()
    box.fill(question)
    box.press("Enter")
    page.wait_for_function(
        "n => document.querySelectorAll('.st-key-talk [data-testid=stChatMessage]').length >= n",
        arg=count + 2,
    )
    previous, same = "", 0
    for _ in range(100):
        page.wait_for_timeout(400)
        # The first word is the picture beside the answer; the others come one by one.
        answer = said.last.inner_text().removeprefix("route").strip()
        same = same + 1 if answer and answer == previous else 0
        if same >= 5 and "Looking it up" not in answer:
            break
        previous = answer
    return previous


def minutes_late(page: Page) -> dict[str, int]:
    shown = page.locator(".evidence").inner_text()
    return {v: int(m) for v, m in re.findall(r"(\S+) (\d+) min late at", shown)}


def test_a_dispatcher_works_the_board_by_keys_alone(page: Page, desk: Desk, traffic: Traffic):
    cases = waiting_cases(desk)
    assert len(cases) >= 2, "the morning leaves at least two proposals to decide"
    changes = {c["case_id"]: proposal(desk, c["proposal_id"])["options"][0] for c in cases}
    first = next(c for c in cases if changes[c["case_id"]]["vehicle_ids"] and late_routes(desk, c))
    second = next(c for c in cases if c["case_id"] != first["case_id"])

    # The case and its option table: prices, the best row first, waiting a row like any other.
    open_case(page, first["title"])
    rows = page.locator(ROWS).all_inner_texts()
    assert rows[0].startswith("▸ €")
    assert "best" in rows[0]
    assert any("Wait until" in row for row in rows)
    box = page.locator(APPROVE).bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 768, "approve is above the fold"

    # What the chat says about a late route is what the case says.
    shown = minutes_late(page)
    assert shown, "the case says how late its routes are"
    vehicle = next(iter(shown))
    answer = ask(page, f"why is {vehicle} late")
    said = re.search(r"(\d+) minutes? after the promise", answer)
    assert said, answer
    assert int(said.group(1)) in (shown[vehicle], minutes_late(page).get(vehicle))

    # Letters typed into the chat are words, not decisions.
    page.locator('[data-testid="stChatInputTextArea"]').press_sequentially("axe 12")
    page.wait_for_timeout(800)
    page.locator('[data-testid="stChatInputTextArea"]').fill("")
    assert proposal(desk, first["proposal_id"])["status"] == "open"
    page.locator(".cause").click()

    # Approve by key: the desk commits, the map follows, undo is offered in place.
    def approve() -> None:
        page.keyboard.press("a")
        page.locator('[class*="st-key-undo-"] button').wait_for()

    assert map_changes(page, approve)
    assert proposal(desk, first["proposal_id"])["status"] in ("approved", "held")
    expect(page.locator(".say")).to_contain_text("undo")

    # Reject another one, with a reason.
    open_case(page, second["title"])
    page.keyboard.press("x")
    page.locator('[class*="st-key-why-too_dear"] button').wait_for()
    page.keyboard.press("4")
    expect(page.locator(".say")).to_contain_text("Rejected")
    rejected = proposal(desk, second["proposal_id"])
    assert (rejected["status"], rejected["reason"]) == ("rejected", "too_dear")

    assert page.locator('[data-testid="stException"]').count() == 0
    assert traffic.asked
    assert traffic.outside() == []
