// A table that is taken home: how far it is, and what the service says where it does not come.

import { alertBox, LOST, problemBox } from "./telling.js";

// The bytes of an answer as they come; told: how many there are so far, and in all where it is known.
async function received(response, told) {
  const all = Number(response.headers.get("Content-Length"));
  const parts = [];
  let bytes = 0;
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    bytes += part.value.length;
    told(bytes, all);
  }
  return new Blob(parts, { type: response.headers.get("Content-Type") });
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

const nameIn = (header) => /filename="?([^";]+)"?/.exec(header ?? "")?.[1] ?? "tableau";

export function prepareTaking(form) {
  const place = document.createElement("div");
  place.className = "taking";
  place.setAttribute("role", "status");
  // Within the form: what is told of a menu's table would lie behind the menu.
  form.append(place);

  function show(words, value) {
    const bar = document.createElement("progress");
    bar.max = 1;
    if (value !== undefined) bar.value = value;
    bar.setAttribute("aria-label", words);
    place.replaceChildren(words, bar);
  }

  async function take(button) {
    const body = new FormData(form);
    if (button?.name) body.set(button.name, button.value);
    show("Préparation du tableau…");
    try {
      const headers = { Accept: "application/json" };
      const response = await fetch(form.action, { method: "POST", body, headers });
      if (!response.ok) return place.replaceChildren(await problemBox(response));
      const blob = await received(response, (bytes, all) => {
        show("Téléchargement du tableau…", all ? bytes / all : undefined);
      });
      save(blob, nameIn(response.headers.get("Content-Disposition")));
      place.replaceChildren("Le tableau est téléchargé.");
    } catch {
      place.replaceChildren(alertBox(LOST));
    }
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const buttons = [...form.querySelectorAll("button")];
    const taken = take(event.submitter);
    for (const one of buttons) one.disabled = true;
    await taken;
    for (const one of buttons) one.disabled = false;
    // A button that is disabled loses the focus, and whoever goes by keys their place.
    if (document.activeElement === document.body) event.submitter?.focus();
  });
}
