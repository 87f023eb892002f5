// The neighbourhood explorer in place of the still drawing: the same things and links, and more of them when asked.
// A canvas says nothing to a screen reader: the keyboard goes from thing to thing, and each is told as it is reached.
import cytoscape from "cytoscape";

const MOST = 400; // things: more are a hairball
const [STEP, FAN] = [170, Math.PI / 1.5]; // between a thing and its neighbours; the angle that those added are spread on
const DASHES = { 3: [12, 4], 4: [16, 3], 5: [9, 3, 2, 3], 6: [5, 4], 7: [2, 4], 8: [1, 7] }; // as in the style of pages
const WIDTHS = { 0: 1, 1: 4, 2: 2.5, 4: 3 };
const OUTLINES = { ring: "ellipse" }; // what Cytoscape has under another name
const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const root = document.getElementById("explorer");
const canvas = root.querySelector(".canvas");
const status = root.querySelector("[role=status]");
const title = root.querySelector("h2 a");
const part = (name) => root.querySelector(`[data-part=${name}]`);
const said = root.dataset;
const say = (text, told = {}) => {
  status.textContent = text.replace(/#(\w+)/g, (_, name) => told[name]);
};

let cy, current, start;
const expanded = new Set();

// Colours as the page has them now: light or dark, or those that the reader forces.
function style() {
  const of = (element, name) => getComputedStyle(element)[name];
  const forced = matchMedia("(forced-colors: active)").matches;
  const [ink, paper] = [of(canvas, "color"), of(canvas, "backgroundColor")];
  const role = (name) => (forced ? ink : getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim());
  const [accent, soft, amber] = ["accent", "soft", "amber"].map(role);
  const kinds = Object.entries(DASHES).map(([rank, pattern]) => ({
    selector: `edge[rank = ${rank}]`,
    style: { "line-style": "dashed", "line-dash-pattern": pattern },
  }));
  const widths = Object.entries(WIDTHS).map(([rank, width]) => ({ selector: `edge[rank = ${rank}]`, style: { width } }));
  return [
    {
      selector: "node",
      style: {
        shape: (node) => OUTLINES[node.data("shape")] ?? node.data("shape"), width: 18, height: 18, "background-color": accent, "border-width": 1, "border-color": paper,
        label: "data(label)", color: ink, "font-family": of(canvas, "fontFamily"), "font-size": 12, "min-zoomed-font-size": 6,
        "text-valign": "bottom", "text-margin-y": 4, "text-wrap": "wrap", "text-max-width": 130,
        "text-outline-color": paper, "text-outline-width": 2,
      },
    },
    { selector: "node[shape = 'rectangle'], node[shape = 'vee'], node[shape = 'star']", style: { "background-color": amber } },
    { selector: "node[shape = 'hexagon'], node[shape = 'octagon']", style: { "background-color": soft } },
    { selector: "node[shape = 'ring']", style: { "background-color": paper, "border-color": soft, "border-width": 3 } },
    { selector: "node[depth = 0]", style: { width: 28, height: 28, "font-weight": "bold" } },
    {
      selector: "edge",
      style: {
        width: 1.5, "line-color": soft, "curve-style": "bezier", "target-arrow-shape": "triangle", "target-arrow-color": soft,
        "arrow-scale": 0.8, color: ink, "font-size": 11, "min-zoomed-font-size": 6, "text-outline-color": paper, "text-outline-width": 2,
      },
    },
    ...widths,
    ...kinds,
    { selector: ".focused", style: { "border-width": 4, "border-color": ink, "z-index": 2 } },
    { selector: ".named", style: { label: "data(label)" } },
    { selector: ".beside", style: { "line-color": accent, "target-arrow-color": accent, "z-index": 1 } },
  ];
}

// Where things stand before the layout, which only moves them apart: the same things, the same drawing.
function placed(nodes, edges) {
  const parents = new Map();
  const depths = new Map(nodes.map(({ iri, depth }) => [iri, depth]));
  for (const { from, to } of edges) {
    const [near, far] = depths.get(from) < depths.get(to) ? [from, to] : [to, from];
    if (!parents.has(far)) parents.set(far, near);
  }
  const places = new Map();
  for (const depth of [0, 1, 2]) {
    const ring = nodes.filter((node) => node.depth === depth);
    const order = [...places.keys()];
    ring.sort((one, other) => order.indexOf(parents.get(one.iri)) - order.indexOf(parents.get(other.iri)));
    ring.forEach(({ iri }, number) => {
      const angle = (2 * Math.PI * number) / ring.length;
      places.set(iri, { x: depth * STEP * Math.cos(angle), y: depth * STEP * Math.sin(angle) });
    });
  }
  return places;
}

const asNode = (node, position) => ({ group: "nodes", data: { ...node, id: node.iri }, position });
const asEdge = (edge) => ({
  group: "edges",
  data: { ...edge, id: `${edge.from} ${edge.property} ${edge.to}`, source: edge.from, target: edge.to },
});

function spread(fit) {
  cy.layout({
    name: "cose", randomize: false, animate: false, fit, padding: 30, nodeDimensionsIncludeLabels: true,
    nodeRepulsion: () => 40000, idealEdgeLength: () => 110, numIter: 600, componentSpacing: 60,
  }).run();
}

// --- the thing in focus

const NAMED = 12; // links that are named in the drawing; of more, the names would stand on one another, and the list has them

// No line begins with a sign that French sets apart from its word.
const spaced = (text) => document.documentElement.lang === "fr"
  ? text.replace(/ (?=[:;?!»])/g, "\u00a0").replaceAll("« ", "«\u00a0")
  : text;

function focusOn(node) {
  current = node;
  cy.batch(() => {
    cy.elements().removeClass("focused beside named");
    const edges = node.addClass("focused").connectedEdges().addClass("beside");
    if (edges.length <= NAMED) edges.addClass("named");
  });
  const { x, y } = node.renderedPosition();
  if (x < 20 || y < 20 || x > cy.width() - 20 || y > cy.height() - 40) cy.center(node);
  const { iri, label, href, kind_label: kind, description } = node.data();
  title.textContent = spaced(label);
  if (href) title.href = href;
  else title.removeAttribute("href");
  part("kind").textContent = kind ?? said.elsewhere;
  part("description").textContent = spaced(description ?? "");
  part("around").href = `${said.around}&uri=${encodeURIComponent(iri)}`;
  part("links").replaceChildren(...node.connectedEdges().map((edge) => link(edge, node)));
  history.replaceState(null, "", node === start ? location.pathname + location.search : `#${encodeURIComponent(iri)}`);
  say(said.node, { label, kind: kind ?? said.elsewhere, links: node.connectedEdges().length });
}

function link(edge, node) {
  const outwards = edge.source().same(node);
  const other = outwards ? edge.target() : edge.source();
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "step";
  const [name, label] = [other.data("label"), edge.data("label")];
  button.textContent = spaced(outwards ? `${label} → ${name}` : `${name} → ${label}`);
  button.addEventListener("click", () => {
    focusOn(other);
    canvas.focus();
  });
  item.append(button);
  return item;
}

// The nearest thing that way, among the neighbours and theirs.
function towards([dx, dy]) {
  const from = current.position();
  const near = current.neighborhood("node");
  let [best, least] = [null, Infinity];
  near.union(near.neighborhood("node")).difference(current).forEach((node) => {
    const [x, y] = [node.position("x") - from.x, node.position("y") - from.y];
    const length = Math.hypot(x, y);
    const along = (x * dx + y * dy) / length;
    const cost = length / along ** 2;
    if (along > 0.35 && cost < least) [best, least] = [node, cost];
  });
  if (best) focusOn(best);
  else say(said.nowhere);
}

// --- more of the graph

async function expand(node) {
  const iri = node.id();
  if (expanded.has(iri)) return say(said.nothing);
  if (cy.nodes().length >= MOST) return say(said.full);
  let found;
  try {
    const answer = await fetch(`${said.more}&uri=${encodeURIComponent(iri)}`);
    if (!answer.ok) throw new Error(answer.statusText);
    found = await answer.json();
  } catch {
    return say(said.failed);
  }
  expanded.add(iri);
  const fresh = found.nodes.filter((each) => cy.getElementById(each.iri).empty()).slice(0, MOST - cy.nodes().length);
  const { x, y } = node.position();
  const away = Math.atan2(y - start.position("y"), x - start.position("x"));
  cy.nodes().lock();
  cy.add(fresh.map((each, number) => {
    const angle = away + FAN * ((number + 0.5) / fresh.length - 0.5);
    return asNode({ ...each, depth: node.data("depth") + 1 }, { x: x + STEP * Math.cos(angle), y: y + STEP * Math.sin(angle) });
  }));
  const there = (id) => cy.getElementById(id).nonempty();
  cy.add(found.edges.map(asEdge).filter(({ data }) => there(data.source) && there(data.target) && !there(data.id)));
  if (fresh.length) spread(false);
  cy.nodes().unlock();
  focusOn(node);
  say(fresh.length ? said.added : said.nothing, { count: fresh.length });
}

function zoom(factor) {
  cy.zoom({ level: cy.zoom() * factor, position: current.position() });
}

const ACTS = { in: () => zoom(1.3), out: () => zoom(1 / 1.3), fit: () => cy.fit(undefined, 30), expand: () => expand(current) };
const KEYS = { "+": ACTS.in, "=": ACTS.in, "-": ACTS.out, 0: ACTS.fit, Enter: ACTS.expand, Home: () => focusOn(start) };

canvas.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const act = event.key in WAYS ? () => towards(WAYS[event.key]) : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
for (const button of root.querySelectorAll("[data-do]")) button.addEventListener("click", ACTS[button.dataset.do]);

// The thing that the address names after its hash, when it is there.
function asked() {
  try {
    return cy.getElementById(decodeURIComponent(location.hash.slice(1)));
  } catch {
    return cy.collection();
  }
}

async function draw() {
  const answer = await fetch(said.source);
  if (!answer.ok) return;
  const { uri, nodes, edges } = await answer.json();
  root.hidden = false;
  document.querySelector(".still").classList.add("replaced");
  const places = placed(nodes, edges);
  cy = cytoscape({
    container: canvas,
    elements: [...nodes.map((node) => asNode(node, places.get(node.iri))), ...edges.map(asEdge)],
    style: style(),
    layout: { name: "preset" },
    userZoomingEnabled: false, // a wheel scrolls the page
    boxSelectionEnabled: false,
    autounselectify: true,
    minZoom: 0.1,
    maxZoom: 4,
  });
  start = cy.getElementById(uri);
  expanded.add(uri);
  spread(true);
  const named = asked();
  focusOn(named.nonempty() ? named : start);
  cy.on("tap", "node", ({ target }) => (target.same(current) ? expand(target) : focusOn(target)));
  for (const media of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
    matchMedia(media).addEventListener("change", () => cy.style(style()));
  }
  root.dataset.ready = "";
}

draw();
