// Upload with a preview and a progress bar, for form[data-upload]. Without script the form just posts.
// Limits come from the file input: data-max-bytes, accept, and their translated words data-too-large,
// data-wrong-type. The preview never leaves the browser: a blob: address, allowed by img-src.
import { say } from "./say.js";

for (const form of document.querySelectorAll("form[data-upload]")) enhance(form);

function enhance(form) {
  const input = form.querySelector("input[type=file]");
  const zone = input.closest(".drop") || form;
  input.addEventListener("change", () => picked(form, input));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (picked(form, input)) send(form);
  });
  for (const name of ["dragover", "dragleave", "drop"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.toggle("is-over", name === "dragover");
      if (name !== "drop" || !event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      picked(form, input);
    });
  }
}

/** Shows the chosen file; returns false, with the reason in words, when the server would refuse it. */
function picked(form, input) {
  const file = input.files[0];
  const fault = file && faultOf(file, input.dataset, input.accept);
  input.setCustomValidity(fault || "");
  if (fault) {
    input.reportValidity();
    say(fault);
    return false;
  }
  preview(form.querySelector("img[data-preview]"), file);
  return input.checkValidity();
}

function faultOf(file, limits, accept) {
  if (file.size > Number(limits.maxBytes || Infinity)) return limits.tooLarge;
  const fits = !accept || !file.type || accept.split(",").some((type) => type.trim() === file.type);
  return fits ? "" : limits.wrongType;
}

function preview(image, file) {
  if (!image) return;
  if (image.src.startsWith("blob:")) URL.revokeObjectURL(image.src);
  image.hidden = !file;
  image.onerror = () => { image.hidden = true; }; // Most browsers can't show HEIC or TIFF.
  if (file) image.src = URL.createObjectURL(file);
}

function send(form) {
  const bar = form.querySelector("progress");
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", (event) => {
    if (bar && event.lengthComputable) bar.value = event.loaded / event.total;
  });
  request.addEventListener("load", () => answered(form, request));
  request.addEventListener("error", () => busy(form, false, form.dataset.offline));
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json, text/html;q=0.9");
  request.send(new FormData(form)); // Before busy(): a disabled control is not sent.
  busy(form, true);
}

function busy(form, yes, words) {
  const bar = form.querySelector("progress");
  if (bar) bar.hidden = !yes;
  form.setAttribute("aria-busy", String(yes));
  for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) button.disabled = yes;
  say(words);
}

/**
 * JSON {next} or a redirect: go there (JSON spares the second request, which would swallow a flashed
 * message). Anything else is the form again, with its errors.
 */
function answered(form, request) {
  if (request.getResponseHeader("Content-Type")?.includes("json")) {
    const { next, message } = JSON.parse(request.responseText);
    return next ? location.assign(next) : busy(form, false, message);
  }
  const moved = request.responseURL && request.responseURL !== new URL(form.action, location.href).href;
  if (request.status < 400 && moved) return location.assign(request.responseURL);
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const fresh = page.querySelector("form[data-upload]") || page.querySelector("[data-fault]");
  busy(form, false, page.querySelector(".summary-errors h2, .error, [data-fault]")?.textContent.trim());
  if (!fresh) return;
  if (fresh.matches("form")) {
    keepFile(form, fresh);
    form.replaceWith(fresh);
    enhance(fresh);
  } else form.prepend(fresh);
  form.ownerDocument.querySelector("[aria-invalid=true], .summary-errors")?.focus();
}

/** Nobody should have to choose the same file again because the title was missing. */
function keepFile(old, fresh) {
  const from = old.querySelector("input[type=file]");
  const to = fresh.querySelector("input[type=file]");
  if (!from?.files.length || !to) return;
  to.files = from.files;
  preview(fresh.querySelector("img[data-preview]"), from.files[0]);
}
