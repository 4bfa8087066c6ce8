// What the pages do beyond their links and forms, which all work without it.

import { prepareTaking } from "./taking.js";
import { alertBox, ENDED, LOST, problemBox, signInLink, typeset } from "./telling.js";
import { keepTyped, tellUnknown } from "./typing.js";

const MEMORY = "references-";
const REFUSED = "refus-";

// What stays in this tab of a file: the service keeps neither its numbers nor its refused rows.
function remember(key, told) {
  try {
    sessionStorage.setItem(key, JSON.stringify(told));
  } catch {
    // A file too large for the tab's memory is shown by its lines alone.
  }
}

// The numbers go with a table that is taken home only where they are asked for.
function offerNumbers(form, text) {
  const offer = form.querySelector("[data-numbers]");
  if (!offer) return; // The service has them itself.
  const box = offer.querySelector("input");
  const fill = () => (form.elements.references.value = box.checked ? text : "");
  offer.hidden = false;
  box.addEventListener("change", fill);
  addEventListener("pageshow", fill);
}

function fillReferences() {
  for (const place of document.querySelectorAll("[data-references]")) {
    const text = sessionStorage.getItem(MEMORY + place.dataset.references);
    if (!text || text === "{}") continue;
    if (place.matches("form")) {
      offerNumbers(place, text);
      continue;
    }
    for (const note of document.querySelectorAll("[data-without]")) note.hidden = true;
    const references = JSON.parse(text);
    for (const cell of place.querySelectorAll("[data-reference]")) {
      cell.hidden = false;
      if (cell.dataset.reference && !cell.textContent) cell.textContent = references[cell.dataset.reference] ?? "";
    }
  }
}

// A cell that a spreadsheet would compute is made plain text, as in every table of the service.
function csvCell(text) {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[";\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

// The refused rows as a table, to be mended and sent again.
function offerRefused(place) {
  const text = sessionStorage.getItem(REFUSED + place.dataset.refused);
  if (!text) return;
  const { entete, lignes } = JSON.parse(text);
  place.hidden = false;
  place.querySelector("button").addEventListener("click", () => {
    const table = [entete, ...lignes].map((row) => row.map(csvCell).join(";")).join("\r\n");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff", table, "\r\n"], { type: "text/csv" }));
    link.download = "lignes_a_corriger.csv";
    link.click();
    URL.revokeObjectURL(link.href);
  });
}

// How often a file is sent again by itself while the service has no room for it.
const TRIES = 60;

// A file: how far it is sent, and what the service says of it.
function prepareUpload(form) {
  const input = form.elements.fichier;
  const fault = form.querySelector(".fault");
  const progress = form.querySelector(".progress");
  const bar = progress.querySelector("progress");
  const words = progress.querySelector("label");
  const button = form.querySelector("button");

  function stop(...said) {
    progress.hidden = true;
    button.disabled = false;
    fault.replaceChildren(...said);
    fault.hidden = false;
    fault.parentElement.classList.add("wrong");
    input.focus();
  }

  function finish(request, tries) {
    let answer = {};
    try {
      answer = JSON.parse(request.responseText);
    } catch {
      // A proxy's own page is no answer of the service.
    }
    const pause = Number(request.getResponseHeader("Retry-After"));
    if (request.status === 503 && pause && tries) {
      words.textContent = typeset(`${answer.detail ?? LOST} Nouvel essai dans ${pause} secondes.`);
      return setTimeout(() => send(tries - 1), 1000 * pause);
    }
    if (answer.etape) return ask(answer.etape);
    if (request.status === 401) return stop(ENDED, signInLink(), ".");
    if (request.status !== 200) return stop(answer.detail ? typeset(answer.detail) : LOST);
    const lot = answer.adresse.split("/").pop();
    remember(MEMORY + lot, answer.references);
    if (answer.refus.lignes.length) remember(REFUSED + lot, answer.refus);
    location.assign(answer.adresse);
  }

  // What is to be confirmed takes the page's place; the file goes with it, for nobody kept it.
  function ask(page) {
    const main = document.querySelector("main");
    const asked = new DOMParser().parseFromString(page, "text/html");
    main.innerHTML = asked.querySelector("main").innerHTML;
    document.title = asked.title;
    const next = main.querySelector("[data-upload]");
    next.elements.fichier.files = input.files;
    prepareUpload(next);
    main.querySelector("h1").focus();
  }

  // The form keeps its key: a file that was kept after all is not estimated twice.
  function send(tries) {
    words.textContent = "Envoi du fichier…";
    bar.value = 0;
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (sent) => {
      bar.value = (100 * sent.loaded) / sent.total;
    });
    request.upload.addEventListener("load", () => {
      words.textContent = "Estimation en cours…";
      bar.removeAttribute("value");
    });
    request.addEventListener("load", () => finish(request, tries));
    request.addEventListener("error", () => stop(LOST));
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", form.elements.csrf_token.value);
    request.send(new FormData(form));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const size = [...input.files].reduce((sum, file) => sum + file.size, 0);
    if (size > Number(form.dataset.most)) return stop("L’envoi dépasse 64 Mo : coupez le fichier en plusieurs.");
    fault.hidden = true;
    fault.parentElement.classList.remove("wrong");
    progress.hidden = false;
    button.disabled = true;
    send(TRIES);
  });

  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    form.requestSubmit(button);
  });
}

// A row of a table opens its reasons below itself.
function prepareReasons(link) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.innerHTML = link.innerHTML;
  button.setAttribute("aria-expanded", "false");
  const row = link.closest("tr");
  let opened = null;
  button.addEventListener("click", async () => {
    const open = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!open));
    opened?.remove();
    if (open) return;
    opened = document.createElement("tr");
    opened.className = "opened";
    const cell = opened.insertCell();
    cell.colSpan = row.cells.length;
    const inside = document.createElement("div");
    cell.append(inside);
    row.after(opened);
    await show(inside);
  });

  async function show(place) {
    try {
      const response = await fetch(`${link.href}/raisons`, { headers: { Accept: "application/json" } });
      if (!response.ok) return place.append(await problemBox(response));
      place.innerHTML = await response.text();
      const page = document.createElement("a");
      page.href = link.href;
      page.textContent = "Ouvrir la page de cette estimation";
      place.append(page);
    } catch {
      place.append(alertBox(LOST));
    }
  }

  link.replaceWith(button);
}

// A field is described by what stands around it: its fault, what is said of its text, its hint.
function describe(input) {
  const ids = ["faute", "inconnu", "aide"].map((part) => `${input.id}-${part}`);
  const there = ids.filter((id) => document.getElementById(id));
  if (there.length) input.setAttribute("aria-describedby", there.join(" "));
  else input.removeAttribute("aria-describedby");
}

// What if: each change is asked for at once, and its answer takes the place of the last.
function prepareFragment(form) {
  const place = document.querySelector(form.dataset.fragment);
  const said = document.querySelector(`${form.dataset.fragment}-dite`);
  let waiting = new AbortController();

  async function ask() {
    waiting.abort();
    waiting = new AbortController();
    const { signal } = waiting;
    const headers = { Accept: "application/json", "X-Fragment": "1" };
    try {
      const response = await fetch(form.action, { method: "POST", body: new FormData(form), headers, signal });
      const isPage = (response.headers.get("Content-Type") ?? "").startsWith("text/html");
      if (isPage) show(await response.text());
      else place.replaceChildren(await problemBox(response));
    } catch (error) {
      if (error.name !== "AbortError") place.replaceChildren(alertBox(LOST));
    }
  }

  function show(page) {
    place.innerHTML = page;
    said.textContent = place.querySelector(".verdict")?.textContent ?? "";
    for (const fault of form.querySelectorAll(".fault")) fault.remove();
    for (const input of form.querySelectorAll("[aria-invalid]")) {
      input.removeAttribute("aria-invalid");
      describe(input);
      input.closest(".field").classList.remove("wrong");
    }
    for (const told of place.querySelectorAll("[data-fault]")) mark(told);
  }

  // A fault stands beside its field, as it does on a page that comes whole.
  function mark(told) {
    const input = form.elements[told.dataset.fault];
    if (!input) return;
    const fault = document.createElement("p");
    fault.className = "fault";
    fault.id = `${input.id}-faute`;
    fault.textContent = told.textContent;
    input.before(fault);
    input.setAttribute("aria-invalid", "true");
    describe(input);
    input.closest(".field").classList.add("wrong");
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  form.addEventListener("change", ask);
}

// A choice is applied at once, and the field keeps the focus on the page that follows.
const CHOSEN = "choisi";
function prepareAuto(form) {
  form.querySelector("button").hidden = true;
  form.addEventListener("change", (event) => {
    remember(CHOSEN, event.target.id);
    form.requestSubmit();
  });
}

function focusChosen() {
  const id = sessionStorage.getItem(CHOSEN);
  sessionStorage.removeItem(CHOSEN);
  if (id) document.getElementById(JSON.parse(id))?.focus({ preventScroll: true });
}

// A menu closes where it is left, as a reader expects of one.
function prepareMenu(menu) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  // It would lie over what the focus went on to; where the focus only ends, nobody has left.
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !menu.contains(relatedTarget)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

// A second click must not send a form again; whoever comes back to the page may.
function prepareOnce(form) {
  const button = form.querySelector("button");
  form.addEventListener("submit", () => setTimeout(() => (button.disabled = true)));
  addEventListener("pageshow", () => (button.disabled = false));
}

fillReferences();
document.querySelectorAll("[data-refused]").forEach(offerRefused);
document.querySelectorAll("[data-auto]").forEach(prepareAuto);
// Going to the part of the page that its address names takes the focus away, until it is loaded.
addEventListener("load", focusChosen);
document.querySelectorAll(".menu").forEach(prepareMenu);
document.querySelectorAll("[data-once]").forEach(prepareOnce);
document.querySelectorAll("form.take").forEach(prepareTaking);
document.querySelectorAll("[data-unknown]").forEach(tellUnknown);
document.querySelectorAll("[data-kept]").forEach(keepTyped);
document.querySelectorAll("[data-upload]").forEach(prepareUpload);
document.querySelectorAll("[data-reasons]").forEach(prepareReasons);
document.querySelectorAll("[data-fragment]").forEach(prepareFragment);
document.querySelector("form.who")?.addEventListener("submit", () => {
  document.body.dataset.leaving = "yes";
  sessionStorage.clear();
});
for (const button of document.querySelectorAll("[data-menu]")) {
  button.addEventListener("click", () => {
    button.setAttribute("aria-expanded", String(button.getAttribute("aria-expanded") === "false"));
  });
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
