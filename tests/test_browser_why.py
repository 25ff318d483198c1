"""From a fact to its proof in a real browser: tree, picture, words, phone, light and dark."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
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
    "why": "/why?s=id:Egypt&p=dip:hadContactWith&o=id:Iran",
    "why-not": "/why-not?s=id:Egypt&p=dip:restoredRelationsWith&o=id:Iran",
    "why-form": "/why",
}
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


@pytest.fixture
def faults() -> list[str]:
    """What a page said on the console, and what it asked of other hosts."""
    return []


def opened(
    browser: Browser, address: str, faults: list[str], width: int = 1280, **options: str
) -> Page:
    page = browser.new_page(
        base_url=address,
        viewport={"width": width, "height": 900},
        **options,  # type: ignore[arg-type]
    )
    host = urlsplit(address).netloc
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None
            if urlsplit(request.url).netloc == host or request.url.startswith("data:")
            else faults.append(f"left the host: {request.url}")
        ),
    )
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_proof_is_accessible_quiet_and_stays_on_its_host(
    browser: Browser, address: str, faults: list[str], name: str, scheme: str
) -> None:
    page = opened(browser, address, faults, color_scheme=scheme)
    page.goto(PAGES[name])
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}-{scheme}.png", full_page=True)
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
    assert faults == []
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_proof_fits_a_phone(browser: Browser, address: str, faults: list[str], name: str) -> None:
    page = opened(browser, address, faults, width=360)
    page.goto(PAGES[name])
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}-phone.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()


def test_from_a_fact_to_its_proof_to_the_sentence(
    browser: Browser, address: str, faults: list[str]
) -> None:
    page = opened(browser, address, faults)
    page.goto("/id/Egypt.html")
    fact = page.locator("dd").filter(has_text="Sameh Shoukry").filter(has_text="inferred: why?")
    fact.get_by_role("link", name="inferred: why?").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sameh Shoukry")
    expect(page.get_by_role("img", name="Why Egypt")).to_be_visible()
    page.get_by_role("link", name="the country's foreign minister, Samikh Shukri").first.click()
    assert urlsplit(page.url).path == "/id/iran-egypt-restoration.html"
    expect(page.locator(".sentence").filter(has_text="Samikh Shukri").first).to_be_in_viewport()
    assert faults == []
    page.close()


def test_a_branch_of_the_tree_folds_by_keyboard(
    browser: Browser, address: str, faults: list[str]
) -> None:
    page = opened(browser, address, faults)
    page.goto(PAGES["why"])
    branch = page.locator(".proof details").first
    branch.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(branch.locator("p").first).to_be_hidden()
    page.keyboard.press("Enter")
    expect(branch.locator("p").first).to_be_visible()
    page.close()


def test_a_proof_can_be_read_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(PAGES["why"])
    expect(page.get_by_text("Ahmed Abu Zeid").first).to_be_visible()
    expect(page.locator("svg.picture").first).to_be_visible()
    context.close()
