// Draws the table of a timeline with vis-timeline, one row for each situation. Every date is a span
// from the first to the last instant that it allows; a side that nothing bounds fades out.

const YEAR = 365.25 * 24 * 3600 * 1000;

for (const place of document.querySelectorAll("[data-timeline]")) {
  const rows = [...place.parentElement.querySelectorAll("table.story tbody tr")];
  const dated = rows.filter((row) => row.dataset.start || row.dataset.end);
  if (dated.length && window.vis) draw(place, dated);
}

function draw(place, rows) {
  const known = rows
    .flatMap((row) => [row.dataset.start, row.dataset.end])
    .filter(Boolean)
    .map((instant) => Date.parse(instant));
  const margin = Math.max(YEAR, (Math.max(...known) - Math.min(...known)) * 0.1);
  const first = Math.min(...known) - margin;
  const last = Math.max(...known) + margin;
  // A step of our own: before it is laid out, the library takes days for a scale and complains.
  const years = (last - first) / YEAR;
  const step = [1, 2, 5, 10, 20, 50, 100].find((step) => years / step <= 12) ?? 500;
  place.hidden = false;
  const drawn = new vis.Timeline(
    place,
    rows.map((row, id) => span(row.dataset, id, first, last)),
    rows.map((row, id) => ({ id, content: link(row.dataset) })),
    {
      groupOrder: "id",
      margin: { axis: 4, item: { vertical: 4, horizontal: 0 } },
      orientation: { axis: "bottom", item: "top" },
      selectable: false,
      showCurrentTime: false,
      showMajorLabels: false,
      timeAxis: { scale: "year", step },
      zoomKey: "ctrlKey",
    },
  );
  // Not as options of the drawing: with these it stays hidden until it checks its size, a second on.
  drawn.setWindow(first, last, { animation: false });
}

function span({ start, end, contested, when }, id, first, last) {
  const classes = [];
  if (!start) classes.push("open-start");
  if (!end) classes.push("open-end");
  if (contested) classes.push("contested");
  return {
    id,
    group: id,
    type: "range",
    start: start ? Date.parse(start) : first,
    end: end ? Date.parse(end) : last,
    content: "",
    title: when,
    className: classes.join(" "),
  };
}

function link({ href, label }) {
  const anchor = document.createElement("a");
  anchor.href = href;
  anchor.textContent = label;
  return anchor;
}
