// Autosave: at once in this browser, soon on the server; two devices are never merged silently.
import { t } from "./dom.js";

const SOON = 1200; // ms from a change to the server
const LATER = 8000; // ms between tries without network

export class Saving {
  constructor(editor, config, { show, conflict }) {
    Object.assign(this, { editor, config, show, conflict, code: null, version: 0, dirty: false, turn: 0, csrf: config.csrf });
    addEventListener("online", () => this.flush());
    addEventListener("pagehide", () => this.keep());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.keep() : this.flush()));
    editor.addEventListener("commit", () => this.changed());
  }

  begin({ code, version, product, colour, front, back, assets }) {
    this.editor.drawing.pictures.learn(assets);
    this.editor.state = { product, colour, front, back };
    this.#named(code, version);
  }

  #named(code, version) {
    Object.assign(this, { code, version });
    history.replaceState(null, "", `${this.config.urls.page}?draft=${code}`);
    write(this.#key("last"), code);
  }

  async last() {
    const code = read(this.#key("last"));
    try {
      const answer = code && (await fetch(this.config.urls.draft.replace("CODE", code), { headers: { Accept: "application/json" } }));
      const found = answer?.ok && (await answer.json());
      return found && !found.bound ? found : null;
    } catch {
      return null; // No network: begin anew.
    }
  }

  #key(code) {
    return `fanmade.studio.${this.config.contest}.${code || "new"}`;
  }

  kept(code) {
    return read(this.#key(code));
  }

  keep() {
    if (!this.dirty) return;
    const used = JSON.stringify(this.editor.state);
    const assets = Object.fromEntries(Object.entries(this.editor.drawing.pictures.assets).filter(([id]) => used.includes(`"${id}"`)));
    write(this.#key(this.code), { state: this.body(), version: this.version, assets: JSON.parse(JSON.stringify(assets, (key, value) => (key === "blob" ? undefined : value))) });
  }

  forget(code = this.code) {
    write(this.#key(code), null);
  }

  body() {
    const { product, colour, front, back } = this.editor.state;
    const side = (scene) => (scene?.layers.length ? scene : null);
    return { product, colour, front: side(front), back: side(back) };
  }

  changed() {
    this.dirty = true;
    this.turn++;
    this.keep();
    if (this.asking) return this.show("conflict", t("changed-elsewhere"));
    this.show("saving", t("saving"));
    this.timer ||= setTimeout(() => this.flush(), SOON);
  }

  async flush() {
    clearTimeout(this.timer);
    this.timer = 0;
    if (this.sending) {
      await this.sending;
      return this.dirty ? this.flush() : true;
    }
    if (!this.dirty || this.asking) return !this.dirty;
    this.sending = this.#send().finally(() => (this.sending = null));
    const sent = await this.sending;
    if (sent && this.dirty) this.timer ||= setTimeout(() => this.flush(), SOON);
    return sent && !this.dirty;
  }

  async #send() {
    const turn = this.turn;
    try {
      const answer = this.code ? await this.#update() : await this.#create();
      if (answer.status === 409) return this.differ((await answer.json()).draft);
      if (!answer.ok) return await this.#refused(answer);
      this.#saved(await answer.json(), turn);
      return true;
    } catch {
      this.show("local", t("saved-here"));
      this.timer ||= setTimeout(() => this.flush(), LATER);
      return false;
    }
  }

  #update() {
    return this.post(this.config.urls.draft.replace("CODE", this.code), { version: this.version, ...this.body() });
  }

  #create() {
    return this.post(this.config.urls.drafts, this.body());
  }

  #saved({ code, version }, turn) {
    if (!this.code) {
      this.forget();
      this.#named(code, version);
    }
    this.version = version;
    this.dirty = turn !== this.turn;
    if (this.dirty) return this.keep();
    this.forget();
    this.show("saved", t("saved"));
  }

  /** The server has another version: nothing is sent until the person has chosen. */
  differ(theirs) {
    this.asking = theirs;
    this.show("conflict", t("changed-elsewhere"));
    this.conflict(theirs);
    return false;
  }

  keepMine({ version }) {
    Object.assign(this, { asking: null, version });
    this.changed();
  }

  takeTheirs({ version, product, colour, front, back, assets }) {
    Object.assign(this, { asking: null, version });
    this.editor.drawing.pictures.learn(assets);
    this.editor.replace({ product, colour, front, back });
  }

  async finish() {
    if (this.asking) return this.differ(this.asking);
    this.dirty ||= !this.code;
    if (!(await this.flush())) return null;
    const answer = await this.post(this.config.urls.finish.replace("CODE", this.code), {});
    const { next, sentence } = await answer.json().catch(() => ({}));
    this.why = sentence;
    return answer.ok && next;
  }

  async #refused(answer) {
    if (answer.status === 429 || answer.status >= 500) throw new Error("later");
    const { sentence } = await answer.json().catch(() => ({}));
    this.why = sentence || t("not-saved");
    this.show("refused", this.why);
    return false;
  }

  async post(url, body, again = true) {
    const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": await this.token(!again) };
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    return answer.status === 400 && again ? this.post(url, body, false) : answer;
  }

  async token(fresh) {
    if (fresh || !this.csrf) this.csrf = (await (await fetch(this.config.urls.csrf)).json()).token;
    return this.csrf;
  }

  async upload(file, progress, again = true) {
    const token = await this.token(!again);
    return new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      const form = new FormData();
      form.append("picture", file);
      request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
      request.addEventListener("load", () => {
        let found = {};
        try {
          found = JSON.parse(request.responseText);
        } catch { /* A page instead of JSON: the general sentence. */ }
        if (found.code === "csrf" && again) return done(this.upload(file, progress, false));
        request.status < 300 ? done(found) : failed(found);
      });
      request.addEventListener("error", () => failed({ sentence: t("upload-offline") }));
      request.open("POST", this.config.urls.assets);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", token);
      request.send(form);
    });
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    value === null ? localStorage.removeItem(key) : localStorage.setItem(key, JSON.stringify(value));
  } catch { /* Full or forbidden. */ }
}
