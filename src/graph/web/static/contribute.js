// The form of a contribution, checked while it is filled in: the page that the form would give is asked for, and what it
// says takes the place of what was said. What is needed is told of once it was touched; what is folded and is told of,
// unfolded. Without this script the button asks.
const form = document.querySelector("#contribution");
const touched = new Set(), unfolded = new Set();
let waiting = 0, request = null, proposing = 0, proposal = null;

const controls = (field) => [...field.querySelectorAll("input, textarea, select")];

const tell = (field, page) => {
  const other = page.getElementById(field.id);
  if (!other) return;
  const wrong = other.classList.contains("wrong");
  if (wrong && !field.closest("details") && !touched.has(field.id)) return;
  field.classList.toggle("wrong", wrong);
  field.querySelector(".told").replaceChildren(...other.querySelector(".told").childNodes);
  for (const control of controls(field)) {
    if (wrong) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
};

const show = (page) => {
  form.querySelectorAll(".field").forEach((field) => tell(field, page));
  for (const part of form.querySelectorAll("details")) {
    const told = Boolean(page.getElementById(part.id)?.open);
    if (told && !unfolded.has(part.id)) part.open = true; // once: who folds it again has read it
    if (told) unfolded.add(part.id);
    else unfolded.delete(part.id);
  }
  for (const id of ["verdict", "found", "file"]) {
    const here = document.getElementById(id), there = page.getElementById(id);
    if (here.innerHTML !== there.innerHTML) here.replaceChildren(...there.childNodes);
  }
};

const check = async () => {
  request?.abort();
  const mine = request = new AbortController();
  const body = new URLSearchParams(new FormData(form));
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" }, signal: mine.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine === request && page.getElementById("verdict")) show(page);
  } catch {
    // something was typed since, or the server is gone: the button still asks
  }
};

const later = ({ target }) => {
  const field = target.closest(".field");
  if (field) touched.add(field.id);
  clearTimeout(waiting);
  waiting = setTimeout(check, 600);
};

const another = (field, button) => {
  const last = controls(field).at(-1), next = last.cloneNode(true), number = controls(field).length + 1;
  next.id = `${controls(field)[0].id}-${number}`;
  next.value = "";
  next.setAttribute("aria-label", `${field.querySelector("label").textContent.trim()} (${number})`);
  button.before(next);
  next.focus();
};

const propose = async (control, list) => {
  const mine = proposal = new AbortController();
  const address = new URL(list.dataset.search, location);
  address.searchParams.set("q", `${control.value}*`);
  try {
    const { results } = await (await fetch(address, { signal: mine.signal })).json();
    if (!mine.signal.aborted) list.replaceChildren(...results.map(({ label }) => new Option(label, label)));
  } catch {
    // something was typed since, or nothing is found: what is typed may be the name all the same
  }
};

const suggest = ({ target }) => {
  const list = target.list;
  if (!list?.dataset.search) return;
  clearTimeout(proposing);
  proposal?.abort();
  if (target.value.trim().length >= 2) proposing = setTimeout(propose, 200, target, list);
};

form.addEventListener("input", later);
form.addEventListener("input", suggest);
form.addEventListener("change", later);
form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=more]");
  if (!button) return;
  event.preventDefault();
  another(button.closest(".field"), button);
});
