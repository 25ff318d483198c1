"""The pages, as their HTML: what a reader finds on them, and that they are sound."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, parse

from graph.snapshot import Options, Snapshot, snapshot
from ontology import BASE, DIP
from server.app import create_app
from server.engine import LocalEngine
from server.pages import responses
from server.settings import Settings

HTML = {"Accept": "text/html"}
PAGES = (
    "/",
    "/about",
    "/disputes",
    "/network",
    "/search",
    "/search?q=Egypt",
    f"/search?kind={DIP['Claim'].replace('#', '%23')}",
    "/query",
    "/questions",
    "/shapes",
    "/ontology.html",
    "/id/Egypt.html",
    "/id/SamehShoukry.html",
    "/id/NasserKanaani.html",
    "/id/severance.html",
    "/id/shoukry-call.html",
    "/id/Egypt-Iran.html",
    "/id/iran-egypt-restoration.html",
    "/id/iran-egypt-restoration/severed-1979.html",
    "/id/iran-egypt-restoration/S07.html",
    "/code/sever.html",
    "/code/asserted.html",
    "/graph/inferred.html",
    "/graph/things/states.html",
    "/ontology/acts.html",
    "/shapes/claims.html",
)


@pytest.fixture(scope="module")
def app(shipped: Snapshot) -> Flask:
    return create_app(LocalEngine(shipped.folder), Settings(log_format="off"), shipped)


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def text(client: FlaskClient, path: str) -> str:
    response = client.get(path, headers=HTML)
    assert response.status_code == 200, path
    return response.text


def words(html: str) -> str:
    """The text of a page, its tags as spaces, with single spaces."""
    spaced = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    return re.sub(r" (?=[,.:;?!])", "", spaced)


class Outline(HTMLParser):
    """Landmarks, headings, ids and links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.inline_scripts = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        self.tags.append(tag)
        self.ids += [found["id"]] if found.get("id") else []
        self.links += [value for name in ("href", "src") if (value := found.get(name))]
        self.handlers += [name for name in found if name.startswith("on")]
        if tag == "script" and "src" not in found and found.get("type") != "application/json":
            self.inline_scripts += 1


def outline(html: str) -> Outline:
    found = Outline()
    found.feed(html)
    return found


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_landmarks_one_heading_of_the_first_rank_and_no_inline_script(
    client: FlaskClient, path: str
) -> None:
    found = outline(text(client, path))
    for landmark in ("header", "nav", "main", "footer", "title"):
        assert landmark in found.tags
    assert found.tags.count("h1") == 1
    assert not found.inline_scripts
    assert not found.handlers
    assert len(found.ids) == len(set(found.ids)), "ids must be unique"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_nothing_from_elsewhere_and_forbids_it(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers=HTML)
    assert response.headers["Content-Security-Policy"] == responses.PAGE_POLICY
    assert not re.findall(r'<(?:script|img|iframe)[^>]+src="(?:https?:)?//', response.text)
    assert not re.findall(r'<link rel="stylesheet"[^>]+href="(?:https?:)?//', response.text)


def test_no_link_of_ours_is_broken(client: FlaskClient) -> None:
    theirs = ("/why", "/static/vendor/", "/.well-known/")
    pages = {path: outline(text(client, path)) for path in PAGES}
    targets = {link.partition("#")[0] for page in pages.values() for link in page.links}
    for target in sorted(targets):
        if target.startswith("/") and not target.startswith(theirs):
            status = client.get(target, headers=HTML).status_code
            assert status in (200, 303), f"{target} gives {status}"


def test_no_fragment_of_ours_is_broken(client: FlaskClient) -> None:
    ids: dict[str, set[str]] = {}
    for path in PAGES:
        for link in outline(text(client, path)).links:
            target, _, fragment = link.partition("#")
            fragment = fragment.partition(":~:")[0]
            target = target or path
            if fragment and target.startswith("/"):
                if target not in ids:
                    ids[target] = set(outline(text(client, target)).ids)
                assert fragment in ids[target], f"{link} on {path}"


def test_the_front_page_leads_to_the_dispute_and_quotes_both_sides(client: FlaskClient) -> None:
    html = text(client, "/")
    assert "1979 or 1980?" in html
    assert "Relations between the two countries were severed in 1979" in html
    assert "Strong ties between the two countries were severed in 1980" in html
    assert '<a class="question" href="/disputes#' in html
    assert "Relations of Egypt and Iran" in html
    assert 'href="/query?query=' in html


def test_the_front_page_and_what_it_loads_stay_under_300_kb(client: FlaskClient) -> None:
    html = text(client, "/")
    loaded = re.findall(r'<link rel="stylesheet" href="([^"]+)"|<script[^>]+src="([^"]+)"', html)
    total = len(html.encode())
    total += sum(len(client.get(style or script).data) for style, script in loaded)
    assert total < 300_000


def test_disputes_stand_side_by_side_in_the_words_of_their_sources(client: FlaskClient) -> None:
    html = text(client, "/disputes")
    assert "1 contradiction" in html
    assert html.count('<section class="dispute tension"') == 5
    assert html.count("<blockquote") == 12
    assert "#S01:~:text=Relations%20between%20the%20two%20countries" in html


def test_a_situation_says_its_date_in_words_its_claims_and_who_disagrees(
    client: FlaskClient,
) -> None:
    said = words(text(client, "/id/severance.html"))
    assert "1979 or 1980 contested" in said
    assert "[1979,1980]" in said
    assert "2 claims that state it" in said
    assert "Cannot both be true" in said
    assert "CAMEO 161" in said
    assert "In tension" not in said


def test_a_situation_tells_who_did_what_to_whom(client: FlaskClient) -> None:
    said = words(text(client, "/id/shoukry-call.html"))
    assert "caller Sameh Shoukry" in said
    assert "callee Iranian foreign minister in the call" in said
    assert "Voice Ahmed Abu Zeid" in said


def test_a_person_is_shown_with_every_spelling_and_script(client: FlaskClient) -> None:
    html = text(client, "/id/SamehShoukry.html")
    assert '<span lang="ar" dir="rtl" title="Arabic">سامح شكري</span>' in html
    assert "Samikh Shukri" in html
    assert "Foreign minister of Egypt" in html


def test_asserted_and_inferred_facts_are_told_apart(client: FlaskClient) -> None:
    html = text(client, "/id/Egypt.html")
    inferred = re.search(r"has foreign minister</a></dt>\s*<dd>.*?</dd>", html, re.DOTALL)
    asserted = re.search(r"capital</a></dt>\s*<dd>.*?</dd>", html, re.DOTALL)
    assert inferred is not None
    assert asserted is not None
    assert 'href="/why?s=' in inferred[0]
    assert "inferred" not in asserted[0]
    assert "/graph/things/states.html" in asserted[0]


def test_a_thing_links_to_wikidata_where_the_data_do(client: FlaskClient) -> None:
    assert 'href="http://www.wikidata.org/entity/Q79"' in text(client, "/id/Egypt.html")
    assert "wikidata.org" not in text(client, "/id/SamehShoukry.html")


def test_a_state_shows_its_posts_and_what_happened(client: FlaskClient) -> None:
    said = words(text(client, "/id/Egypt.html"))
    assert "President of Egypt Hosni Mubarak until perhaps February 2012" in said
    assert "Visit of Mohamed Morsi to Iran visit visitor: Mohamed Morsi" in said


def test_a_relationship_tells_its_story_in_a_table(client: FlaskClient) -> None:
    html = text(client, "/id/Egypt-Iran.html")
    said = words(html)
    assert "Strained relations of Egypt and Iran, from perhaps 1979 on" in said
    assert 'data-start="1979-01-01T00:00:00Z" data-end="1980-12-31T23:59:59Z"' in html
    assert "restored relations with: why not?" in said
    assert "Appointment of an Iranian ambassador to Egypt" in said


def test_the_article_is_whole_and_every_claim_is_in_its_place(
    client: FlaskClient, article_text: str
) -> None:
    html = text(client, "/id/iran-egypt-restoration.html")
    shown = re.search(r'<section class="text".*?</section>', html, re.DOTALL)
    assert shown is not None
    paragraphs = re.findall(r"<p>(.*?)</p>", shown[0], re.DOTALL)
    plain = [
        re.sub(r"<[^>]+>", "", p).replace("&#39;", "'").replace("&#34;", '"').strip()
        for p in paragraphs
    ]
    assert plain == [part.strip() for part in article_text.split("\n") if part.strip()]
    claims = re.findall(r'<article class="claim v\d" id="([^"]+)"', html)
    assert len(claims) == 50
    for name in claims:
        assert f'href="#{name}"' in shown[0], name


@pytest.fixture(scope="module")
def article_text(client: FlaskClient) -> str:
    """The text of the article, from its document."""
    document = client.get("/id/iran-egypt-restoration.nt").data
    (found,) = (
        str(quad.object.value)
        for quad in parse(document, format=RdfFormat.N_TRIPLES)
        if quad.predicate.value == str(DIP["text"])
    )
    return found


def test_overlapping_claims_share_their_words(client: FlaskClient) -> None:
    html = text(client, "/id/iran-egypt-restoration.html")
    shared = re.search(r'<a class="segment [^"]*d2"[^>]*title="([^"]*)">promising</a>', html)
    assert shared is not None
    assert shared[1].count("Nasser Kanaani") == 2
    assert "judged" in shared[1]
    assert "asserted" in shared[1]


def test_words_that_no_claim_covers_are_marked(client: FlaskClient) -> None:
    html = text(client, "/id/iran-egypt-restoration.html")
    assert '<span class="bare">Related to the topic</span>' in html
    assert "1 sentence carries no claim" in words(html)


def test_a_claim_stands_in_its_sentence_and_leads_to_it(client: FlaskClient) -> None:
    html = text(client, "/id/iran-egypt-restoration/severed-1980.html")
    assert "<mark>Strong ties between the two countries were severed in 1980</mark>" in html
    assert "shortly after the Islamic Revolution" in html
    assert "/id/iran-egypt-restoration.html#S07:~:text=Strong%20ties" in html
    assert "1979 or 1980?" in html


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("سامح شكري", "/id/SamehShoukry.html"),
        ("ناصر كنعاني", "/id/NasserKanaani.html"),
        ("ناصر کنعانی", "/id/NasserKanaani.html"),
        ("احمد ابو زيد", "/id/AhmedAbuZeid.html"),
        ("Samikh", "/id/SamehShoukry.html"),
        ("SHUKRI", "/id/SamehShoukry.html"),
        ("zeid ahmed", "/id/AhmedAbuZeid.html"),
        ("קמפ דייוויד", "/id/CampDavidAgreement.html"),
        ("on a good path", "/id/iran-egypt-restoration/good-path.html"),
    ],
)
def test_search_finds_a_thing_by_any_of_its_names(
    client: FlaskClient, question: str, found: str
) -> None:
    response = client.get("/search", query_string={"q": question}, headers=HTML)
    main = response.text.partition("<main")[2]
    assert f'href="{found}"' in main


def test_search_puts_the_exact_name_first(client: FlaskClient) -> None:
    main = text(client, "/search?q=egypt").partition("<main")[2]
    assert re.findall(r'<li><a href="([^"]+)"', main)[0] == "/id/Egypt.html"


def test_a_search_that_finds_nothing_offers_what_is_near(client: FlaskClient) -> None:
    html = text(client, "/search?q=Shoukri Sameh Shokry")
    assert "Nothing is called or said so here." in html
    assert "Muhamed Morsi" not in html
    assert "Mohamed Morsi" in text(client, "/search?q=Muhamed Morsi")


def test_what_is_searched_for_is_escaped(client: FlaskClient) -> None:
    html = text(client, "/search?q=<script>alert(1)</script>")
    assert "<script>alert" not in html


def test_every_term_has_a_definition_and_an_anchor_of_its_name(client: FlaskClient) -> None:
    html = text(client, "/ontology.html")
    ids = set(outline(html).ids)
    for name in ("State", "Severance", "hasForeignMinister", "contradicts", "org-Post"):
        assert name in ids


def test_chains_and_conditions_are_said_in_words(client: FlaskClient) -> None:
    said = words(text(client, "/ontology.html"))
    assert re.search(r"if A .* B and B .* C, then A has foreign minister C", said)
    assert "What has “contradicts” with some claim is a contested claim." in said
    assert "Every severance of relations has the act type “sever relations”." in said


def test_rules_are_in_words_with_their_severity(client: FlaskClient) -> None:
    said = words(text(client, "/shapes"))
    assert "Only asserted claims state situations Violation" in said


def test_a_question_shows_its_query_and_runs(client: FlaskClient) -> None:
    html = text(client, "/questions/05-severance-according-to-whom.html")
    assert "SELECT ?date ?voice ?words" in html
    assert 'href="/query?query=' in html


def test_the_page_of_the_inferred_graph_leads_to_proofs(client: FlaskClient) -> None:
    assert text(client, "/graph/inferred.html").count('href="/why?s=') >= 100


def test_about_says_how_to_cite(client: FlaskClient, shipped: Snapshot) -> None:
    html = text(client, "/about")
    assert shipped.digest in html
    assert shipped.version in html


def test_an_unknown_class_and_a_bad_iri_are_told_apart_from_a_fault(client: FlaskClient) -> None:
    assert client.get(f"/search?kind={BASE}nothing", headers=HTML).status_code == 404


def test_static_files_stay_inside_their_folder(client: FlaskClient) -> None:
    assert client.get("/static/legation.css").mimetype == "text/css"
    assert client.get("/static/../pages/front.py").status_code == 404
    assert client.get("/static/%2e%2e/settings.py").status_code == 404


def test_without_the_browser_libraries_pages_say_so_and_ask_for_none(
    shipped: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.pages.VENDOR", tmp_path)
    app = create_app(LocalEngine(shipped.folder), Settings(log_format="off"), shipped)
    html = text(app.test_client(), "/id/Egypt-Iran.html")
    assert "were not installed when this server was set up" in html
    assert "/static/vendor/" not in html
    assert "Severance of Egypt–Iran relations" in html


def test_the_editors_notes_are_a_source_like_any_other() -> None:
    with_notes = snapshot(Options(outside=True))
    app = create_app(LocalEngine(with_notes.folder), Settings(log_format="off"), with_notes)
    client = app.test_client()
    html = text(client, "/disputes")
    assert "17 September 1978 or 1979?" in html
    (notes,) = set(re.findall(r'cite="([^"]+)"', html)) - {BASE + "id/iran-egypt-restoration"}
    page = text(client, "/" + notes.removeprefix(BASE) + ".html")
    assert page.count('<a class="segment') > 9
