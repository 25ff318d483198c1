"""A reader's paths in a real browser: from front page to sentence, by keyboard, on a phone."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from werkzeug.serving import make_server

from graph.snapshot import Snapshot
from server.app import create_app
from server.engine import LocalEngine
from server.settings import Settings

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAGES = {
    "front": "/",
    "disputes": "/disputes",
    "things": "/search",
    "search": "/search?q=سامح",
    "state": "/id/Egypt.html",
    "person": "/id/NasserKanaani.html",
    "situation": "/id/severance.html",
    "relationship": "/id/Egypt-Iran.html",
    "article": "/id/iran-egypt-restoration.html",
    "claim": "/id/iran-egypt-restoration/severed-1979.html",
    "code": "/code/sever.html",
    "ontology": "/ontology.html",
    "rules": "/shapes",
    "graph": "/graph/things/states.html",
    "questions": "/questions",
    "question": "/questions/01-foreign-minister-of-egypt.html",
    "network": "/network",
    "about": "/about",
    "missing": "/id/Atlantis",
}
IN_THE_DARK = ("front", "article", "situation", "relationship", "rules")
"""The pages that between them show every colour."""
SCREENSHOTS = Path(__file__).parent / "screenshots"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here")


@pytest.fixture(scope="module")
def address(shipped: Snapshot) -> Iterator[str]:
    app = create_app(LocalEngine(shipped.folder), Settings(log_format="off"), shipped)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


def opened(browser: Browser, address: str, width: int = 1280, **options: str) -> Page:
    """A page that notes what goes wrong on it, for `sound`."""
    page = browser.new_page(
        base_url=address,
        viewport={"width": width, "height": 900},
        **options,  # type: ignore[arg-type]
    )
    faults: list[str] = []

    def said(message: ConsoleMessage) -> None:
        # The browser itself reports a page that answers 404; that is what the page is for.
        if message.type in ("error", "warning") and "status of 404" not in message.text:
            faults.append(message.text)

    page.on("console", said)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None
            if urlsplit(request.url).netloc == urlsplit(address).netloc
            or request.url.startswith("data:")
            else faults.append(f"left the host: {request.url}")
        ),
    )
    page.faults = faults  # type: ignore[attr-defined]
    return page


def sound(page: Page) -> None:
    """Nothing was said on the console, and nothing was asked of another host."""
    assert page.faults == []  # type: ignore[attr-defined]
    page.close()


def axe_faults(page: Page) -> list[str]:
    """What axe-core holds to be serious or critical, with the first place."""
    return [
        f"{fault['id']}: {fault['nodes'][0]['html'][:200]} {fault['nodes'][0]['failureSummary']}"
        for fault in Axe().run(page).response["violations"]
        if fault["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize(
    ("name", "scheme"),
    [*((name, "light") for name in PAGES), *((name, "dark") for name in IN_THE_DARK)],
)
def test_a_page_is_accessible_quiet_and_stays_on_its_host(
    browser: Browser, address: str, name: str, scheme: str
) -> None:
    page = opened(browser, address, color_scheme=scheme)
    page.goto(PAGES[name])
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}-{scheme}.png", full_page=True)
    assert axe_faults(page) == []
    sound(page)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone(browser: Browser, address: str, name: str) -> None:
    page = opened(browser, address, width=360)
    page.goto(PAGES[name])
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}-phone.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    sound(page)


def test_from_the_front_page_to_the_sentence_in_two_clicks(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    page.goto("/")
    page.get_by_role("link", name="1979 or 1980?").click()
    dispute = page.locator(".dispute.strict")
    expect(dispute.get_by_role("heading", name="1979 or 1980?")).to_be_visible()
    quotes = dispute.locator("mark")
    expect(quotes).to_have_text(
        [
            "Relations between the two countries were severed in 1979",
            "Strong ties between the two countries were severed in 1980",
        ]
    )
    dispute.get_by_role("link", name="Read it in the text").last.click()
    sentence = page.locator("#S07")
    expect(sentence).to_be_in_viewport()
    expect(sentence).to_contain_text("Strong ties between the two countries were severed in 1980")
    sound(page)


def test_from_words_of_the_article_to_what_they_state_and_back(
    browser: Browser, address: str
) -> None:
    page = opened(browser, address)
    page.goto("/id/iran-egypt-restoration.html")
    words = page.locator("a.segment", has_text="a decision was made to restore")
    words.scroll_into_view_if_needed()
    words.click()
    claim = page.locator("#decision-to-restore")
    expect(claim).to_be_in_viewport()
    expect(words).to_be_in_viewport()
    claim.get_by_role("link", name="In the text").click()
    expect(page.locator("#S15")).to_be_in_viewport()
    claim.get_by_role("link", name="Decision to restore Egypt–Iran relations").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Decision to restore Egypt–Iran relations"
    )
    sound(page)


def test_search_in_arabic(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    page.goto("/")
    page.get_by_label("In any language and spelling").fill("ناصر كنعاني")
    page.keyboard.press("Enter")
    page.get_by_role("main").get_by_role("link", name="Nasser Kanaani").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nasser Kanaani")
    native = page.locator('[lang="fa"]').first
    expect(native).to_have_attribute("dir", "rtl")
    sound(page)


def test_the_timeline_draws_imprecise_dates_as_spans(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    page.goto("/id/Egypt-Iran.html")
    if not page.locator('script[src$="vis-timeline.min.js"]').count():
        pytest.skip("the browser libraries were not installed at set-up")
    contested = page.locator(".timeline .vis-item.contested")
    expect(contested).to_be_visible()
    box = contested.bounding_box()
    assert box is not None
    assert box["width"] > 10
    assert page.locator(".timeline .vis-item.open-end").count() >= 3
    page.locator(".timeline").get_by_role("link", name="Visit of Mohamed Morsi to Iran").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Visit of Mohamed Morsi to Iran")
    sound(page)


def test_without_scripts_the_relationship_is_told_in_a_table(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/id/Egypt-Iran.html")
    row = page.get_by_role("row", name=re.compile("1979 or 1980"))
    expect(row).to_contain_text("Severance of Egypt–Iran relations")
    expect(page.locator(".timeline")).to_be_hidden()
    context.close()


def test_the_keyboard_reaches_the_text_first_and_shows_where_it_is(
    browser: Browser, address: str
) -> None:
    page = opened(browser, address)
    page.goto("/disputes")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the text")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    sound(page)
