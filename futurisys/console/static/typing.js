// The form of one employee while it is typed: what the model does not know, and what Back brings back.

const TYPED = "saisie";

// As the service finds a level: whatever its case, its accents and its spaces.
const folded = (text) =>
  text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();

// A text that no known one begins with is unknown at once; the beginning of one, when it is left.
export function tellUnknown(input) {
  const known = [...input.list.options].map((option) => folded(option.value));
  const told = document.getElementById(`${input.id}-inconnu`);
  const tell = (isUnknown) => {
    const sentence = isUnknown ? input.dataset.unknown : "";
    if (told.textContent !== sentence) told.textContent = sentence;
  };
  input.addEventListener("input", () => {
    const text = folded(input.value);
    tell(text !== "" && !known.some((one) => one.startsWith(text)));
  });
  input.addEventListener("change", () => {
    const text = folded(input.value);
    tell(text !== "" && !known.includes(text));
  });
}

// A page that Back loads anew gets back what was typed there. It is known by its place in the
// tab's history, or, in a browser that does not tell it, by the form's own name, which only a page
// from the cache still has: a fresh form stays empty. Signing out forgets.
export function keepTyped(form) {
  const place = globalThis.navigation?.currentEntry?.id ?? form.elements.cle.value;
  const fields = [...form.elements].filter((one) => one.matches("select, input:not([type=hidden])"));
  addEventListener("pagehide", () => {
    if (document.body.dataset.leaving) return;
    const typed = Object.fromEntries(fields.map((one) => [one.name, one.value]));
    sessionStorage.setItem(TYPED, JSON.stringify({ place, typed }));
  });
  const kept = JSON.parse(sessionStorage.getItem(TYPED) ?? "{}");
  for (const one of kept.place === place ? fields : []) {
    if (kept.typed[one.name] === one.value) continue;
    one.value = kept.typed[one.name];
    one.dispatchEvent(new Event("change"));
  }
}
