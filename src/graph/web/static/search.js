// Suggestions below every search field, as ARIA's combobox has them: arrows choose, Enter goes there, Escape closes.
// Where a field takes what is chosen (data-take), it is written there. Without this script the form works all the same.
for (const [number, field] of document.querySelectorAll("input[data-suggest]").entries()) {
  const list = document.createElement("ul"), status = document.createElement("p");
  const known = new Map();
  let chosen = -1, asked = "", waiting = 0, request = null;

  list.id = `suggestions-${number}`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.suggestions);
  status.className = "unseen";
  status.setAttribute("role", "status");
  field.parentElement.append(list, status);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
  })) field.setAttribute(name, value);

  const close = () => {
    chosen = -1;
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };

  const choose = (place) => {
    chosen = place;
    [...list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === place)));
    if (place < 0) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", list.children[place].id);
    list.children[place].scrollIntoView({ block: "nearest" });
  };

  const take = (option) => {
    if (!("take" in field.dataset)) return location.assign(option.dataset.address);
    field.value = option.dataset.address;
    close();
  };

  const show = ([text, names, kinds, addresses]) => {
    if (text !== field.value || document.activeElement !== field) return;
    list.replaceChildren(...names.map((name, at) => {
      const option = document.createElement("li"), kind = document.createElement("span");
      option.id = `${list.id}-${at}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.address = addresses[at];
      kind.className = "small";
      kind.textContent = kinds[at];
      option.append(`${name} `, kind);
      return option;
    }));
    chosen = -1;
    field.removeAttribute("aria-activedescendant");
    list.hidden = !names.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = field.dataset.suggested.replace("#", names.length);
  };

  const ask = async () => {
    const text = field.value;
    if (!text.trim()) return close();
    if (known.has(text)) return show(known.get(text));
    request?.abort();
    request = new AbortController();
    asked = text;
    try {
      const address = new URL(field.dataset.suggest, location);
      address.searchParams.set("q", text);
      const answer = await fetch(address, { signal: request.signal });
      if (!answer.ok) return close();
      const found = await answer.json();
      known.set(text, found);
      if (asked === text) show(found);
    } catch {
      // the next letter came first, or the server is gone: the form still works
    }
  };

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 60);
  });
  field.addEventListener("keydown", (event) => {
    const count = list.hidden ? 0 : list.children.length;
    if (event.key === "Escape" && count) {
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" && !count) {
      event.preventDefault();
      ask();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(((chosen + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === "Enter" && count && chosen >= 0) {
      event.preventDefault();
      take(list.children[chosen]);
    }
  });
  field.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
}
