import { h, render } from "../render.js";
import { button, icon } from "../parts.js";
import { settled } from "../frame.js";
import { many } from "../words.js";

/**
 * An ordered list of keys that are picked by searching. Property `model`: {field: {find(text): what fits, as a promise of
 * [{key, name, tags}]; names: Map of key → name; noun}, draft: keys, set(keys), its: attributes of the search}. Rows move
 * by drag, by their buttons and by Alt with an arrow.
 */
class AsPick extends HTMLElement {
  #model = null; #text = ""; #found = null; #asked = 0; #drag = null;
  #look = settled(() => this.#find(), 250);

  set model(model) {
    this.#model = model;
    this.#draw();
  }

  async #find() {
    const turn = (this.#asked += 1);
    const found = await this.#model.field.find(this.#text.trim()).catch(() => []);
    if (turn !== this.#asked || !this.isConnected) return;
    for (const { key, name } of found) this.#model.field.names.set(key, name);
    this.#found = found;
    this.#draw();
  }

  #draw() {
    const { field, draft, its } = this.#model;
    render(this,
      draft.length === 0 ? h("p", { class: "small dim", key: "none" }, `No ${field.noun} is picked.`)
        : h("ol", { class: "outline rows picked", key: "picked", "aria-label": `Picked ${field.noun}s` }, draft.map((key, at) => this.#row(key, at))),
      h("span", { class: "field tall", key: "search" }, icon("i-search", "s"),
        h("input", { ...its, type: "search", value: this.#text, placeholder: "Add by name, key or tag", autocomplete: "off", spellcheck: "false",
          onfocus: () => { if (!this.#found) this.#find(); },
          oninput: (event) => { this.#text = event.target.value; this.#look(); },
          onkeydown: (event) => this.#searchKey(event) })),
      this.#found && this.#offers());
  }

  #row(key, at) {
    const { field, draft } = this.#model;
    const name = field.names.get(key);
    return h("li", { key: `${key} ${draft.indexOf(key) === at ? "" : at}`, class: "line", draggable: "true", "data-pick": key,
      "data-over": this.#drag && this.#drag.over === at,
      ondragstart: (event) => { this.#drag = { from: at, over: at }; event.dataTransfer.effectAllowed = "move"; event.dataTransfer.setData("text/plain", key); },
      ondragover: (event) => {
        if (!this.#drag) return;
        event.preventDefault();
        if (this.#drag.over !== at) { this.#drag.over = at; this.#draw(); }
      },
      ondrop: (event) => { event.preventDefault(); if (this.#drag) this.#move(this.#drag.from, at); },
      ondragend: () => { this.#drag = null; this.#draw(); },
      onkeydown: (event) => {
        const by = event.altKey && { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (by) { event.preventDefault(); this.#move(at, at + by, event.target.dataset.part); }
      } },
    h("span", { class: "num faint" }, at + 1),
    h("span", { class: "grow clip", title: key }, name ?? key, name && h("span", { class: "small faint" }, ` ${key}`)),
    this.#tool("up", "i-up", `Move ${key} up`, at, () => this.#move(at, at - 1, "up"), at === 0),
    this.#tool("down", "i-down", `Move ${key} down`, at, () => this.#move(at, at + 1, "down"), at === draft.length - 1),
    this.#tool("remove", "i-x", `Remove ${key}`, at, () => this.#remove(at)));
  }

  #tool(part, shape, label, at, run, isOff = false) {
    return button("", run, { kind: "ghost small icon", icon: shape, "aria-label": label, "data-part": part, "aria-disabled": isOff ? "true" : null });
  }

  #offers() {
    const { field, draft } = this.#model;
    const fresh = this.#found.filter(({ key }) => !draft.includes(key));
    return h("div", { key: "offers", class: "offers" },
      h("p", { class: "small dim line", role: "status" }, h("span", { class: "grow" }, this.#found.length === 0 ? `No ${field.noun} matches.`
        : fresh.length === 0 ? "All of these are picked." : `${many(fresh.length, field.noun)} to add`),
      fresh.length > 1 && button(`Add all ${fresh.length}`, () => this.#add(fresh.map(({ key }) => key)), { kind: "ghost small" })),
      fresh.length > 0 && h("ul", { class: "outline rows", "aria-label": `${field.noun[0].toUpperCase()}${field.noun.slice(1)}s to add` }, fresh.map(({ key, name, tags }) =>
        h("li", { key, class: "line" }, h("span", { class: "grow clip", title: key }, name, h("span", { class: "small faint" }, ` ${key}`)),
          (tags ?? []).slice(0, 3).map((tag) => h("span", { key: tag, class: "tag wide" }, tag)),
          button("Add", () => this.#add([key]), { kind: "ghost small", "aria-label": `Add ${key}` })))));
  }

  #searchKey(event) {
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (this.#text.trim()) this.#addFirst();
    } else if (event.key === "Escape" && this.#text) { event.preventDefault(); this.#text = ""; this.#find(); }
  }

  /** Takes the first that fits what is typed now, not what was found before it. */
  async #addFirst() {
    this.#look.cancel();
    await this.#find();
    const next = this.#found?.find(({ key }) => !this.#model.draft.includes(key));
    if (next) this.#add([next.key]);
  }

  #add(keys) { this.#model.set([...this.#model.draft, ...keys]); }

  #remove(at) {
    this.#model.set(this.#model.draft.toSpliced(at, 1));
    (this.#part(Math.min(at, this.#model.draft.length - 1), "remove") ?? this.querySelector("input")).focus();
  }

  /** Moves a row; the focus goes with it. */
  #move(from, to, part = null) {
    const { draft, set } = this.#model;
    this.#drag = null;
    if (to < 0 || to >= draft.length || to === from) return this.#draw();
    set(draft.toSpliced(from, 1).toSpliced(to, 0, draft[from]));
    if (part) this.#part(to, part)?.focus();
  }

  #part(at, part) { return this.querySelectorAll(".picked > li")[at]?.querySelector(`[data-part=${part}]`); }
}
customElements.define("as-pick", AsPick);
