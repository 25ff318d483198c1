// Puts YASGUI in the place of the plain form: the same query, the same endpoint, completed from our
// own vocabulary. The address of the page and what cites it follow the query and the view.

import { addViews } from "./query-views.js";

const place = document.getElementById("editor");
const form = document.getElementById("plain");
const vocabulary = JSON.parse(document.getElementById("vocabulary").textContent);

if (window.Yasgui && window.Yasqe && window.Yasr) edit();
offerCopies();

function edit() {
  const asked = new URLSearchParams(location.search);
  const endpoint = new URL(place.dataset.endpoint, location.href).href;
  const { root, base } = place.dataset;
  completeFromVocabulary();
  addViews(Yasr, { vocabulary, endpoint, root, base });
  // YASGUI asks again for what a tab does not have yet, so the view is a default and not a choice.
  const views = ["table", "timeline", "network", "response"];
  const view = views.includes(asked.get("view")) ? asked.get("view") : "table";
  place.hidden = false;
  const yasgui = new Yasgui(place, {
    requestConfig: { endpoint, method: "GET" },
    copyEndpointOnNewTab: false,
    persistenceId: null,
    populateFromUrl: false,
    yasqe: { value: form.elements.query.value },
    yasr: { pluginOrder: views, defaultPlugin: view, prefixes: vocabulary.prefixes },
  });
  form.hidden = true;
  const yasqe = yasgui.getTab().getYasqe();
  const yasr = yasgui.getTab().getYasr();
  yasqe.setValue(form.elements.query.value);
  nameControls(yasr);
  for (const press of ["click", "auxclick"]) {
    place.addEventListener(press, (event) => linkHere(event, base, root), { capture: true });
  }
  yasqe.on("change", () => follow({ query: yasqe.getValue() }));
  yasr.on("change", () => follow({ view: yasr.getSelectedPluginName() }));
  yasqe.on("queryResponse", (_, response) => {
    const cut = response.headers?.get("Legation-Truncated") === "true";
    document.getElementById("cut").hidden = !cut;
  });
  if (asked.has("query")) yasqe.query().catch(() => {}); // YASGUI shows what goes wrong
}

// An IRI of ours in an answer leads to its page on this server.
function linkHere({ target }, base, root) {
  const link = target.closest("a.iri");
  if (link?.href.startsWith(base)) link.href = `${root}/${link.href.slice(base.length)}`;
}

// YASGUI leaves some of its controls without a name, or out of reach of the keyboard.
function nameControls(yasr) {
  place.querySelector(".CodeMirror textarea").setAttribute("aria-label", "Query");
  place.querySelector(".CodeMirror-scroll").tabIndex = 0;
  const nameSizes = () =>
    place.querySelector(".tableSizer")?.setAttribute("aria-label", "Rows on a page");
  yasr.on("drawn", nameSizes);
}

// The stock completers ask a public site. Ours replace them and stay on this one.
function completeFromVocabulary() {
  Yasqe.defaults.autocompleters = ["variables"];
  const prefixes = Object.entries(vocabulary.prefixes).map(([name, iri]) => `${name}: <${iri}>`);
  const lists = { prefixes, class: vocabulary.class, property: vocabulary.property };
  for (const [stock, get] of Object.entries(lists)) {
    const own = { ...Yasqe.Autocompleters[stock], name: `legation-${stock}` };
    // A list, not a function that gives one: what browsers keep from another visit isn't read then.
    Yasqe.forkAutocompleter(stock, { ...own, bulk: true, get, persistenceId: null });
  }
}

function follow(changed) {
  const link = document.querySelector("[data-permalink]");
  const before = link.href;
  const after = new URL(before);
  for (const [name, value] of Object.entries(changed)) after.searchParams.set(name, value);
  link.href = after.href;
  for (const text of document.querySelectorAll("[data-cites]")) {
    text.textContent = text.textContent.replaceAll(before, link.href);
  }
  history.replaceState(null, "", after.search);
}

function offerCopies() {
  if (!navigator.clipboard) return; // only where the page is served securely, or from this machine
  for (const text of document.querySelectorAll("[data-cites]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy outline";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = "Copied";
    });
    text.closest("pre").before(button);
  }
}
