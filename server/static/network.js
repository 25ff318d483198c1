// Draws the network with cytoscape where that was installed, and filters drawing and table alike.

const data = JSON.parse(document.getElementById("network-data").textContent);
const rows = [...document.querySelectorAll("[data-edge]")];
const form = document.querySelector("[data-filter]");
const dark = matchMedia("(prefers-color-scheme: dark)");

const drawing = window.cytoscape ? draw() : null;
form.hidden = false;
form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
filter();

function filter() {
  const kinds = new Set([...form.querySelectorAll("[name=kind]:checked")].map((box) => box.value));
  const from = year("from", -Infinity);
  const to = year("to", Infinity);
  const undated = form.elements.undated?.checked ?? true;
  const kept = data.edges.map(({ kind, first, last }) => {
    if (!kinds.has(kind)) return false;
    if (first === null && last === null) return undated;
    return (first ?? last) <= to && (last ?? first) >= from;
  });
  rows.forEach((row) => (row.hidden = !kept[row.dataset.edge]));
  form.querySelector("[data-shown]").textContent =
    `${kept.filter(Boolean).length} of ${kept.length} shown`;
  drawing?.batch(() => {
    drawing.edges().forEach((edge) => edge.toggleClass("out", !kept[edge.data("index")]));
    drawing.nodes().forEach((node) =>
      node.toggleClass("out", node.connectedEdges().every((edge) => edge.hasClass("out"))),
    );
  });
}

function year(name, otherwise) {
  const value = form.elements[name]?.valueAsNumber;
  return Number.isFinite(value) ? value : otherwise;
}

function draw() {
  const place = document.querySelector("[data-network]");
  place.hidden = false;
  document.querySelector("[data-network-hint]").hidden = false;
  const drawn = window.cytoscape({
    container: place,
    elements: {
      nodes: data.nodes.map((node) => ({ data: node })),
      edges: data.edges.map((edge, index) => ({
        data: {
          ...edge,
          id: `edge-${index}`,
          index,
          href: rows[index].querySelector("a.inferred")?.href,
          text: `${edge.label}, ${edge.when}`,
          start: edge.bothWays ? "triangle" : "none",
        },
      })),
    },
    // From a circle, so that the same facts are always drawn the same way.
    layout: { name: "circle" },
    style: style(),
    minZoom: 0.3,
    maxZoom: 3,
    userZoomingEnabled: false,
  });
  drawn
    .layout({
      name: "cose",
      randomize: false,
      animate: false,
      fit: true,
      padding: 45,
      idealEdgeLength: () => 160,
      edgeElasticity: () => 300,
      nodeRepulsion: () => 4e6,
      gravity: 0.2,
      numIter: 2500,
    })
    .run();
  // The layout fits by zooming out, letters and all: spread the nodes at full size instead.
  drawn.nodes().positions((node) => ({ ...node.renderedPosition() }));
  drawn.viewport({ zoom: 1, pan: { x: 0, y: 0 } });
  drawn.on("tap", "node, edge", ({ target }) => {
    if (target.data("href")) location.assign(target.data("href"));
  });
  drawn.on("mouseover", "node, edge", () => (place.style.cursor = "pointer"));
  drawn.on("mouseout", "node, edge", () => (place.style.cursor = ""));
  // A page that scrolls must not zoom: only with Ctrl held does the wheel belong to the drawing.
  place.addEventListener("wheel", (event) => drawn.userZoomingEnabled(event.ctrlKey), {
    capture: true,
    passive: true,
  });
  dark.addEventListener("change", () => drawn.style(style()));
  return drawn;
}

function style() {
  const page = getComputedStyle(document.documentElement);
  const colour = (name) => page.getPropertyValue(name).trim();
  const text = {
    color: colour("--ink"),
    "font-family": "system-ui, sans-serif",
    "text-background-color": colour("--paper"),
    "text-background-opacity": 0.85,
    "text-background-padding": 2,
  };
  const shapes = { State: "ellipse", Person: "round-rectangle", Treaty: "diamond" };
  const colours = { State: "--v5", Person: "--v2", Treaty: "--v1" };
  return [
    {
      selector: "node",
      style: {
        ...text,
        label: "data(label)",
        "font-size": 13,
        "text-valign": "bottom",
        "text-margin-y": 5,
        "text-wrap": "wrap",
        "text-max-width": 130,
        width: 24,
        height: 24,
        shape: (node) => shapes[node.data("class")] ?? "ellipse",
        "background-color": (node) => colour(colours[node.data("class")] ?? "--v0"),
      },
    },
    {
      selector: "edge",
      style: {
        ...text,
        label: "data(text)",
        "font-size": 10,
        color: colour("--soft"),
        "text-rotation": "autorotate",
        "curve-style": "bezier",
        "control-point-step-size": 40,
        width: 1.5,
        "line-color": colour("--soft"),
        "target-arrow-color": colour("--soft"),
        "source-arrow-color": colour("--soft"),
        "target-arrow-shape": "triangle",
        "source-arrow-shape": "data(start)",
      },
    },
    { selector: ".out", style: { display: "none" } },
  ];
}
