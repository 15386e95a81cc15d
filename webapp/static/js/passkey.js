// Signing in by a passkey and making one. Where it fails, and in-app browsers fail in many ways, the code by e-mail
// stands beside it. fanmade.js loads this with the first press; the sign-in page at once, for the browser's own list.
import { say } from "./say.js";

const JSON_PLEASE = { headers: { Accept: "application/json" } };
const RENEW = 240_000; // ms: a question is good for five minutes
let listening; // the browser's list of passkeys in the address field

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function post(path, fields = {}) {
  const { token } = await (await fetch("/csrf", JSON_PLEASE)).json();
  const body = new URLSearchParams({ ...fields, csrf_token: token });
  const answer = await fetch(path, { method: "POST", body, ...JSON_PLEASE });
  const data = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(data.message), { said: data.message, next: data.next });
  return data;
}

const named = (list = []) => list.map((each) => ({ ...each, id: bytes(each.id) }));

function question(plain) {
  const asked = { ...plain, challenge: bytes(plain.challenge) };
  if (plain.user) asked.user = { ...plain.user, id: bytes(plain.user.id) };
  asked.allowCredentials = plain.allowCredentials && named(plain.allowCredentials);
  asked.excludeCredentials = plain.excludeCredentials && named(plain.excludeCredentials);
  for (const name of ["allowCredentials", "excludeCredentials"]) if (!asked[name]) delete asked[name];
  return asked;
}

function answered(made) {
  const response = { clientDataJSON: text(made.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[name]) response[name] = text(made.response[name]);
  }
  if (made.response.getTransports) response.transports = made.response.getTransports();
  const whole = { id: made.id, rawId: text(made.rawId), type: made.type, response, clientExtensionResults: {} };
  return { id: made.id, credential: JSON.stringify(whole) };
}

const signIn = async (made, next = "") => post("/sign-in/passkey", { ...answered(made), next });

/** The press of a button: data-passkey may name a form that is sent afterwards, data-next a page. */
export async function press(button) {
  listening?.abort();
  button.disabled = true;
  try {
    const publicKey = question(await post("/sign-in/passkey/question"));
    const { next } = await signIn(await navigator.credentials.get({ publicKey }), button.dataset.next);
    const form = document.getElementById(button.dataset.passkey);
    if (form) form.submit();
    else location.assign(next);
  } catch (error) {
    tell(error, button);
  }
  button.disabled = false;
}

/** Says beside the button what the server said, or that the browser or its user would not. */
function tell(error, place) {
  place.nextElementSibling?.matches("[role=alert]") && place.nextElementSibling.remove();
  place.after(Object.assign(document.createElement("p"), { role: "alert", className: "error" }));
  place.nextElementSibling.textContent = error.said || place.dataset.failed;
}

/** Lets the browser list passkeys in the address field. */
async function listen(field) {
  const next = field.form.elements.next?.value;
  for (;;) {
    listening = new AbortController();
    const { signal } = listening;
    const timer = setTimeout(() => listening.abort("renew"), RENEW);
    try {
      const publicKey = question(await post("/sign-in/passkey/question"));
      const made = await navigator.credentials.get({ publicKey, signal, mediation: "conditional" });
      return location.assign((await signIn(made, next)).next);
    } catch (error) {
      if (signal.reason !== "renew") return error.said && say(error.said);
    } finally {
      clearTimeout(timer);
    }
  }
}

async function add(form) {
  const fields = Object.fromEntries(new FormData(form));
  try {
    const publicKey = question(await post("/settings/passkeys/question"));
    const made = await navigator.credentials.create({ publicKey });
    location.assign((await post(form.action, { ...fields, ...answered(made) })).next);
  } catch (error) {
    tell(error, form);
  }
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-passkey-add]")) return;
  event.preventDefault();
  add(event.target);
});

const field = document.querySelector('input[autocomplete~="webauthn"]');
if (field && (await window.PublicKeyCredential?.isConditionalMediationAvailable?.())) listen(field);
