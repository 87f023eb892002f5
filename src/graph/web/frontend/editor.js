// The query editor in place of the field of the form: what runs, and what is shown, stays the form's affair.
import Yasqe from "@zazuko/yasqe";
import "@zazuko/yasqe/build/yasqe.min.css";
import "./editor.css";
import "./copy.js";
import { complete } from "./terms.js";

const LONG = 6000; // characters that servers and browsers surely take in an address

const field = document.getElementById("query");
const { form, dataset } = field;

complete(dataset.terms);
const holder = document.createElement("div");
field.after(holder);
const run = () => form.requestSubmit();
const editor = new Yasqe(holder, {
  value: field.value,
  autocompleters: ["variables", "prefixes", "class", "property"],
  persistenceId: null,
  consumeShareLink: null,
  createShareableLink: null,
  showQueryButton: false,
  resizeable: false,
  editorHeight: "auto",
  lineWrapping: true,
  screenReaderLabel: dataset.label,
  // Tab leaves the editor, as it leaves any field
  extraKeys: { "Ctrl-Enter": run, "Cmd-Enter": run, Tab: false, "Shift-Tab": false },
});
field.hidden = true;
field.labels[0].addEventListener("click", () => editor.focus());
editor.getInputField().setAttribute("aria-describedby", dataset.hint);
document.getElementById(dataset.hint).hidden = false;

form.addEventListener("submit", () => {
  field.value = editor.getValue();
  form.method = encodeURIComponent(field.value).length > LONG ? "post" : "get";
});

// A place in characters, of which some are two of a script's.
function place(line, column) {
  const text = editor.getLine(line - 1) ?? "";
  return { line: line - 1, ch: [...text].slice(0, column - 1).join("").length };
}

if (dataset.line) {
  const from = place(Number(dataset.line), Number(dataset.column));
  const end = Math.max(editor.getTokenAt({ line: from.line, ch: from.ch + 1 }).end, from.ch + 1);
  const to = { line: from.line, ch: end };
  editor.addLineClass(from.line, "background", "wrong-line");
  const marked = editor.markText(from, to, { className: "wrong-place", title: dataset.message });
  editor.setCursor(from);
  document.getElementById("result").removeAttribute("id"); // the address leads to the error: here, its place is better
  editor.focus();
  editor.on("change", function mended() {
    editor.removeLineClass(from.line, "background", "wrong-line");
    marked.clear();
    editor.off("change", mended);
  });
}

// What the answer cost, as the browser measured it, and the server for the query alone.
const cost = document.querySelector("[data-cost]");
addEventListener("load", () => {
  if (!cost) return;
  const [page] = performance.getEntriesByType("navigation");
  const number = (value, digits = 0) => value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: digits });
  const query = page.serverTiming.find(({ name }) => name === "query")?.duration ?? page.responseEnd - page.requestStart;
  const told = { milliseconds: number(query, query < 10 ? 1 : 0), kilobytes: number(page.encodedBodySize / 1000, 1) };
  cost.textContent = cost.dataset.cost.replace(/\{(\w+)\}/g, (_, name) => told[name]);
  cost.hidden = false;
});
