// Two more views of an answer in YASR: a timeline where a column holds dates, and a network where
// columns hold things. Their libraries are loaded when one of them is first drawn.

const MOST = 500; // rows that are drawn; a picture of more shows nothing
const DATE = /^[[{]?(\.\.\/?)?-?\d{4}[\d\-T:.Z+?~%X,/[\]{} ]*$/;
const INSTANT = /(-?\d{4})(?:-(\d{2}))?(?:-(\d{2}))?/g;
const YEAR = 365.25 * 24 * 3600 * 1000;

// `site` knows the vocabulary of the ontology, the base of our IRIs and the endpoint.
export function addViews(Yasr, site) {
  Yasr.registerPlugin("timeline", class extends Timeline {});
  Yasr.registerPlugin("network", class extends Network {
    site = site;
  });
}

class View {
  priority = 1;

  constructor(yasr) {
    this.yasr = yasr;
  }

  rows() {
    const results = this.yasr.results;
    const bindings = results?.getBindings?.() ?? statements(results) ?? [];
    return bindings.slice(0, MOST);
  }

  columns(fits) {
    const rows = this.rows();
    const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    return names.filter((name) => {
      const values = rows.map((row) => row[name]).filter(Boolean);
      return values.length > 0 && values.every(fits);
    });
  }

  // YASR draws again, on a change of the window for one, without asking to take the old away.
  place(name) {
    this.destroy();
    const place = document.createElement("div");
    place.className = `answer-${name}`;
    this.yasr.resultsEl.append(place);
    if (this.rows().length === MOST) {
      const note = document.createElement("p");
      note.className = "hint";
      note.textContent = `The first ${MOST} rows are drawn.`;
      this.yasr.resultsEl.append(note);
    }
    return place;
  }

  getIcon() {
    return undefined;
  }

  destroy() {
    this.drawn?.destroy();
    this.drawn = null;
  }
}

class Timeline extends View {
  label = "Timeline";

  canHandleResults() {
    return this.columns(isDate).length > 0;
  }

  async draw() {
    const place = this.place("timeline");
    place.classList.add("timeline");
    await Promise.all([script("vendor/vis-timeline.min.js"), style("vendor/vis-timeline.min.css")]);
    if (!place.isConnected) return; // another view, or another answer, has taken its place
    const dates = this.columns(isDate);
    const rows = this.rows()
      .map((row) => ({ name: named(row, dates), ...span(dates.map((date) => row[date])) }))
      .filter((row) => row.start !== null || row.end !== null);
    const known = rows.flatMap((row) => [row.start, row.end]).filter((at) => at !== null);
    const margin = Math.max(YEAR, (Math.max(...known) - Math.min(...known)) * 0.1);
    const [first, last] = [Math.min(...known) - margin, Math.max(...known) + margin];
    this.drawn = new window.vis.Timeline(
      place,
      rows.map((row, id) => ({
        id,
        group: id,
        type: "range",
        start: row.start ?? first,
        end: row.end ?? last,
        content: "",
        title: row.text,
        className: `${row.start === null ? "open-start" : ""} ${row.end === null ? "open-end" : ""}`,
      })),
      rows.map((row, id) => ({ id, content: text(row.name) })),
      {
        start: first,
        end: last,
        groupOrder: "id",
        selectable: false,
        showCurrentTime: false,
        zoomKey: "ctrlKey",
      },
    );
  }
}

class Network extends View {
  label = "Network";

  canHandleResults() {
    return this.columns(isThing).length > 1;
  }

  async draw() {
    const place = this.place("network");
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", "Drawing of the answer; the table says the same");
    await script("vendor/cytoscape.min.js");
    const rows = this.rows();
    const columns = this.columns(isThing);
    const words = new Set(this.site.vocabulary.property);
    const verb = columns.find((name) => rows.every((row) => !row[name] || words.has(row[name].value)));
    const [from, ...to] = columns.filter((name) => name !== verb);
    const told = rows.flatMap((row) =>
      to
        .filter((name) => row[from] && row[name])
        .map((name) => ({
          source: row[from].value,
          target: row[name].value,
          text: verb && row[verb] ? this.short(row[verb].value) : name,
        })),
    );
    const edges = [...new Map(told.map((edge) => [JSON.stringify(edge), edge])).values()];
    const things = [...new Set(rows.flatMap((row) => [from, ...to].map((name) => row[name]?.value)))];
    const names = await this.names(things.filter(Boolean));
    if (!place.isConnected) return;
    const drawing = (this.drawn = window.cytoscape({
      container: place,
      elements: {
        nodes: Object.entries(names).map(([id, label]) => ({ data: { id, label } })),
        edges: edges.map((data, index) => ({ data: { ...data, id: `edge-${index}` } })),
      },
      layout: { name: "circle" },
      style: looks(),
      maxZoom: 1.4,
      userZoomingEnabled: false,
    }));
    drawing
      .layout({
        name: "cose",
        randomize: false,
        animate: false,
        padding: 40,
        idealEdgeLength: () => 160,
        nodeRepulsion: () => 400000,
        nodeOverlap: 60,
        gravity: 0.3,
      })
      .run();
    drawing.on("tap", "node", ({ target }) => location.assign(this.page(target.id())));
    place.addEventListener("wheel", (event) => drawing.userZoomingEnabled(event.ctrlKey), {
      capture: true,
      passive: true,
    });
  }

  // What people call the things, from the endpoint; the end of the IRI where it does not say.
  async names(iris) {
    const names = Object.fromEntries(iris.map((iri) => [iri, this.short(iri)]));
    const label = "<http://www.w3.org/2004/02/skos/core#prefLabel>|<http://www.w3.org/2000/01/rdf-schema#label>";
    const query = `SELECT ?thing ?name { VALUES ?thing { ${iris.map((iri) => `<${iri}>`).join(" ")} }
      ?thing ${label} ?name FILTER(LANG(?name) = "en") }`;
    const answer = await fetch(this.site.endpoint, {
      method: "POST",
      headers: { Accept: "application/sparql-results+json" },
      body: new URLSearchParams({ query }),
    });
    if (answer.ok) {
      const { results } = await answer.json();
      for (const { thing, name } of results.bindings) names[thing.value] = name.value;
    }
    return names;
  }

  page(iri) {
    const { base, root } = this.site;
    return iri.startsWith(base) ? `${root}/${iri.slice(base.length)}` : iri;
  }

  short(iri) {
    return decodeURIComponent(iri.split(/[#/]/).filter(Boolean).pop());
  }
}

function statements(results) {
  return results?.getStatements?.()?.map(({ subject, predicate, object }) => {
    const term = ({ termType, value }) => ({
      type: termType === "NamedNode" ? "uri" : termType === "BlankNode" ? "bnode" : "literal",
      value,
    });
    return { subject: term(subject), predicate: term(predicate), object: term(object) };
  });
}

function isDate({ type, value }) {
  return type !== "uri" && DATE.test(value);
}

function isThing({ type }) {
  return type === "uri";
}

function named(row, dates) {
  const others = Object.entries(row).filter(([name]) => !dates.includes(name));
  const [, value] = others.find(([, term]) => term.type !== "uri") ?? others[0] ?? [];
  if (!value) return dates.map((date) => row[date]?.value).join(" – ");
  return value.type === "uri" ? value.value.split(/[#/]/).pop() : value.value;
}

// From the first to the last instant that the dates name; null where one of them is open.
function span(terms) {
  const texts = terms.filter(Boolean).map((term) => term.value);
  const found = texts.flatMap((value) => [...value.matchAll(INSTANT)]);
  const at = (value, ...parts) => {
    const instant = new Date(Date.UTC(2000, ...parts));
    instant.setUTCFullYear(value + (parts[0] > 11 ? 1 : 0));
    return instant.getTime();
  };
  const starts = found.map(([, y, m, d]) => at(Number(y), m ? m - 1 : 0, d ? Number(d) : 1));
  const ends = found.map(([, y, m, d]) =>
    d ? at(Number(y), m - 1, Number(d) + 1) : m ? at(Number(y), Number(m), 1) : at(Number(y) + 1, 0, 1),
  );
  const open = (mark) => texts.some((value) => mark.test(value));
  return {
    start: found.length && !open(/^[[{]?\.\./) ? Math.min(...starts) : null,
    end: found.length && !open(/\.\.[\]}]?$/) ? Math.max(...ends) : null,
    text: texts.join(" – "),
  };
}

function text(value) {
  const element = document.createElement("span");
  element.textContent = value;
  return element;
}

function looks() {
  const page = getComputedStyle(document.documentElement);
  const colour = (name) => page.getPropertyValue(name).trim();
  const font = { color: colour("--ink"), "font-family": "system-ui, sans-serif" };
  return [
    {
      selector: "node",
      style: {
        ...font,
        label: "data(label)",
        "font-size": 12,
        "text-valign": "bottom",
        "text-margin-y": 4,
        "text-wrap": "wrap",
        "text-max-width": 130,
        width: 20,
        height: 20,
        "background-color": colour("--v5"),
      },
    },
    {
      selector: "edge",
      style: {
        ...font,
        label: "data(text)",
        "font-size": 10,
        "text-rotation": "autorotate",
        "text-background-color": colour("--paper"),
        "text-background-opacity": 0.85,
        "curve-style": "bezier",
        width: 1.5,
        "line-color": colour("--soft"),
        "target-arrow-color": colour("--soft"),
        "target-arrow-shape": "triangle",
      },
    },
  ];
}

const loaded = new Map();

function script(name) {
  return once(name, () => Object.assign(document.createElement("script"), { src: address(name) }));
}

function style(name) {
  return once(name, () =>
    Object.assign(document.createElement("link"), { rel: "stylesheet", href: address(name) }),
  );
}

function address(name) {
  return new URL(name, import.meta.url).href;
}

function once(name, make) {
  if (!loaded.has(name)) {
    loaded.set(
      name,
      new Promise((resolve, reject) => {
        const element = make();
        element.addEventListener("load", resolve);
        element.addEventListener("error", () => reject(new Error(`${name} could not be loaded`)));
        document.head.append(element);
      }),
    );
  }
  return loaded.get(name);
}
