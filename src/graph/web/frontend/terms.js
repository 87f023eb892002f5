// Completion from the graph's own prefixes, classes and properties, in place of those YASQE looks for elsewhere.
import Yasqe from "@zazuko/yasqe";

const LONGEST = 50; // suggestions: more are not read

export function complete(address) {
  const terms = fetch(address).then((response) => (response.ok ? response.json() : { prefixes: {}, classes: [], properties: [] }));
  const { prefixes, class: ofClass, property } = Yasqe.Autocompleters;
  prefixes.get = async () => Object.entries((await terms).prefixes).map(([name, iri]) => `${name}: <${iri}>`);
  prefixes.persistenceId = undefined;
  for (const [completer, family] of [[ofClass, "classes"], [property, "properties"]]) {
    completer.get = async (_, token) => found((await terms)[family], token).map(({ name }) => name);
    completer.postProcessSuggestion = undefined;
    completer.postprocessHints = (_, hints) => hints.map((hint) => ({ ...hint, render: render(hint.text) }));
    completer.autoShow = true;
  }
  const labels = new Map();
  terms.then(({ classes, properties }) => [...classes, ...properties].forEach((term) => labels.set(term.name, term)));

  function render(name) {
    return (element) => {
      const { label, count } = labels.get(name);
      element.textContent = name;
      const told = document.createElement("span");
      told.className = "told";
      told.textContent = `${label} · ${count.toLocaleString(document.documentElement.lang)}`;
      element.append(told);
    };
  }
}

// What begins as was typed, short or whole; then what has it in its label or its name.
function found(terms, { string, autocompletionString }) {
  const typed = string.trim().replace(/^</, "").toLowerCase();
  const whole = autocompletionString.toLowerCase();
  const begins = ({ name, iri }) => name.toLowerCase().startsWith(typed) || iri.toLowerCase().startsWith(whole);
  const holds = ({ name, label }) => label.toLowerCase().includes(typed) || name.toLowerCase().includes(typed);
  const first = terms.filter(begins);
  return [...first, ...terms.filter((term) => holds(term) && !begins(term))].slice(0, LONGEST);
}
