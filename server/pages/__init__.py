"""Pages for people, rendered on the server and readable without scripts; linked data for machines
at the same addresses."""

from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, request

from ontology import BASE, INFERRED
from server.pages import (
    addresses,
    disputes,
    errors,
    front,
    linked_data,
    network,
    query,
    questions,
    responses,
    search,
    static_files,
    terms,
    vocabulary,
    why,
    words,
)

VENDOR = Path(__file__).parent.parent / "static" / "vendor"


def register(app: Flask) -> None:
    """Add the pages, and what their templates may call, to the application."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        page=addresses.page,
        anchor=addresses.anchor,
        local=addresses.local,
        when=words.edtf_words,
        compact=words.compact,
        name=words.local_name,
        direction=words.direction,
        language=lambda lang: words.LANGUAGES.get(lang, lang),
        capital=words.capital,
        fragment=words.text_fragment,
        query_string=urlencode,
    )
    app.jinja_env.globals.update(
        vendor_available=(VENDOR / ".stamp").is_file(),
        counted=words.counted,
        why=addresses.why,
        word=vocabulary.label,
        BASE=BASE,
        INFERRED=INFERRED,
    )
    app.context_processor(lambda: {"root": request.script_root})
    for module in (
        front,
        search,
        disputes,
        network,
        terms,
        query,
        questions,
        why,
        linked_data,
        static_files,
    ):
        app.register_blueprint(module.pages)
    app.view_functions["sparql_page"] = query.results  # of `server.app.SPARQL_PAGE`
    errors.register(app)
    app.after_request(responses.finish)
