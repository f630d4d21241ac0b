import { h, render } from "../render.js";
import { icon, kbd } from "../parts.js";
import { settled } from "../frame.js";

/**
 * One field over everything: `open({place, find(text), search(text)})`. `find` answers what is known at once as
 * [{group: "Go to" | "Do", label, hint?, icon?, mark?, href?, run?}], `search` a promise of more, which is shown below,
 * never above what somebody may be about to choose.
 */
class AsPalette extends HTMLElement {
  #options = null;
  #found = [];
  #more = [];
  #at = 0;
  #text = "";
  #remote = settled((text) => this.#search(text), 200);

  open(options) {
    this.#options = options;
    this.#found = options.find("");
    this.#draw();
    const dialog = this.querySelector("dialog");
    dialog.addEventListener("close", () => this.remove());
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    dialog.showModal();
    this.querySelector("input").focus();
  }

  #entries() { return [...this.#found, ...this.#more]; }

  #draw() {
    const entries = this.#entries();
    const groups = [];
    entries.forEach((entry, at) => {
      if (groups.at(-1)?.name !== entry.group) groups.push({ name: entry.group, rows: [] });
      groups.at(-1).rows.push([entry, at]);
    });
    render(this, h("dialog", { class: "palette", "aria-label": "Search or run a command" },
      h("header", null, icon("i-search"),
        h("input", { type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list",
            "aria-label": "Search or run a command",
          "aria-activedescendant": entries.length ? `palette-${this.#at}` : null,
          placeholder: "Search or run a command",
          autocomplete: "off", spellcheck: "false",
          oninput: (event) => this.#type(event.target.value), onkeydown: (event) => this.#key(event) }),
        h("span", { class: "small faint" }, this.#options.place)),
      h("div", { class: "found", id: "palette-list", role: "listbox", "aria-label": "Results" },
        groups.map((group, number) => h("div",
          { key: `${number}-${group.name}`, role: "group", "aria-label": group.name },
          h("div", { class: "caseset", "aria-hidden": "true" }, group.name),
          group.rows.map(([entry, at]) => h("div",
            { key: at, id: `palette-${at}`, class: "choice", role: "option", "aria-selected": String(at === this.#at),
            onpointermove: () => { if (this.#at !== at) { this.#at = at; this.#draw(); } },
            onclick: (event) => this.#choose(entry, event.ctrlKey || event.metaKey) },
            entry.mark ?? icon(entry.icon ?? "i-next"),
            h("span", { class: "grow clip" }, entry.label,
              entry.hint && h("span", { class: "faint" }, ` ${entry.hint}`)),
            at === this.#at && kbd("Enter"))))),
      ),
      entries.length === 0 && h("p", { class: "nomatch dim", role: "status" }, "Nothing found."),
      h("footer", null, kbd("↑"), kbd("↓"), "choose", kbd("Enter"), "go", kbd("Ctrl Enter"), "new tab")));
    this.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }

  #type(text) {
    this.#text = text.trim();
    this.#found = this.#options.find(this.#text.toLowerCase());
    this.#more = [];
    this.#at = 0;
    this.#remote(this.#text);
    this.#draw();
  }

  async #search(text) {
    if (!text) return;
    const more = await this.#options.search(text).catch(() => []);
    if (text !== this.#text || !this.isConnected) return;
    this.#more = more;
    this.#draw();
  }

  #key(event) {
    const last = this.#entries().length - 1;
    if (event.key === "ArrowDown") this.#at = this.#at >= last ? 0 : this.#at + 1;
    else if (event.key === "ArrowUp") this.#at = this.#at <= 0 ? Math.max(0, last) : this.#at - 1;
    else if (event.key === "Enter") { this.#choose(this.#entries()[this.#at], event.ctrlKey || event.metaKey); }
    else return;
    event.preventDefault();
    if (this.isConnected) this.#draw();
  }

  #choose(entry, newTab) {
    if (!entry) return;
    if (newTab && entry.href) { window.open(entry.href, "_blank", "noopener"); return; }
    this.querySelector("dialog").close();
    if (entry.href) this.#options.go(entry.href);
    else entry.run();
  }
}
customElements.define("as-palette", AsPalette);

/** Opens the palette unless it is open. */
export function openPalette(options) {
  if (document.querySelector("as-palette")) return;
  const palette = document.createElement("as-palette");
  document.body.append(palette);
  palette.open(options);
}
