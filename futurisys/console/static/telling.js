// What the service says, as a page shows it.

export const typeset = (sentence) =>
  sentence.replace(/ (?=[:;?!%»])|(?<=«) /g, "\u202f").replaceAll("'", "’");

export const LOST = "Le service ne répond pas : vérifiez votre connexion, puis recommencez.";
export const ENDED = "Votre session a pris fin. ";

export function alertBox(sentence) {
  const box = document.createElement("p");
  box.className = "message wrong";
  box.setAttribute("role", "alert");
  box.textContent = sentence;
  return box;
}

// Where somebody signs in again, and is led back to the page that this is.
export function signInLink() {
  const link = document.createElement("a");
  link.href = document.body.dataset.signIn;
  link.textContent = "Reconnectez-vous";
  return link;
}

// What a refusal says: a session that ended, the service's own sentence, or that it has none.
export async function problemBox(response) {
  if (response.status === 401) {
    const box = alertBox(ENDED);
    box.append(signInLink(), ".");
    return box;
  }
  const type = response.headers.get("Content-Type") ?? "";
  if (!type.includes("json")) {
    return alertBox("Le service n’a pas répondu comme prévu : rechargez la page.");
  }
  return alertBox(typeset((await response.json()).detail));
}
