import { h, render } from "../render.js";

const MOST = 8;
let lists = 0;

/** What is typed behind an open `${` before the caret: {from, typed}, or null; `$${` is text. */
export function openName(text, caret) {
  const found = /(?<!\$)(?:\$\$)*\$\{([\w:.-]*)$/.exec(text.slice(Math.max(0, caret - 200), caret));
  return found && { from: caret - found[1].length, typed: found[1] };
}

/** Of names {name, hint} those that fit what is typed: first those that begin with it. */
export function fitting(names, typed) {
  const wanted = typed.toLowerCase();
  const place = ({ name }) => name.toLowerCase().replace(/^secret:/, "").indexOf(wanted.replace(/^secret:/, ""));
  const isSecret = wanted.startsWith("secret:");
  return names.filter((one) => place(one) >= 0 && (!isSecret || one.name.startsWith("secret:")))
    .sort((one, other) => Math.sign(place(one)) - Math.sign(place(other))).slice(0, MOST);
}

/**
 * Offers names behind `${` in the field that stands before it. Property `model` answers the names there are, as
 * [{name, hint}]. Arrows choose, Enter or Tab takes, Escape closes; the field says which one is chosen.
 */
class AsComplete extends HTMLElement {
  #names = () => []; #found = []; #at = 0; #open = null; #id = `names-${lists += 1}`; #end = new AbortController();

  set model(names) { this.#names = names; }

  connectedCallback() {
    const { signal } = (this.#end = new AbortController());
    const field = this.#field;
    field.addEventListener("input", () => this.#look(), { signal });
    field.addEventListener("click", () => this.#look(), { signal });
    field.addEventListener("blur", () => this.#close(), { signal });
    document.addEventListener("scroll", () => { if (this.#found.length > 0) this.#place(field); }, { signal, capture: true, passive: true });
    field.addEventListener("keydown", (event) => this.#key(event), { signal, capture: true });
    field.setAttribute("aria-autocomplete", "list");
    this.#draw();
  }

  disconnectedCallback() { this.#end.abort(); }

  get #field() { return this.previousElementSibling.querySelector("input, textarea"); }

  #look() {
    const field = this.#field;
    this.#open = field.readOnly || field.selectionStart !== field.selectionEnd ? null : openName(field.value, field.selectionStart);
    this.#found = this.#open ? fitting(this.#names(), this.#open.typed) : [];
    this.#at = 0;
    this.#draw();
  }

  #close() {
    this.#found = [];
    this.#draw();
  }

  #key(event) {
    if (this.#found.length === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) { this.#at = (this.#at + by + this.#found.length) % this.#found.length; this.#draw(); }
    else if (event.key === "Enter" || event.key === "Tab") this.#take(this.#at);
    else if (event.key === "Escape") this.#close();
    else {
      if (event.key.startsWith("Arrow") || event.key === "Home" || event.key === "End") this.#close();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  #take(at) {
    const field = this.#field;
    const { from } = this.#open;
    const caret = field.selectionStart;
    const isClosed = field.value[caret] === "}";
    field.setRangeText(this.#found[at].name + (isClosed ? "" : "}"), from, caret, "end");
    if (isClosed) field.setSelectionRange(field.selectionEnd + 1, field.selectionEnd + 1);
    this.#close();
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }

  #draw() {
    const field = this.#field;
    const isOpen = this.#found.length > 0;
    this.hidden = !isOpen;
    if (isOpen) this.#place(field);
    render(this, isOpen && h("ul", { role: "listbox", id: this.#id, "aria-label": "Names" }, this.#found.map(({ name, hint }, at) =>
      h("li", { key: name, id: `${this.#id}-${at}`, role: "option", class: "line", "aria-selected": String(at === this.#at),
        onpointerdown: (event) => { event.preventDefault(); this.#take(at); } },
      h("span", { class: "mono grow clip" }, name), h("span", { class: "small faint nowrap" }, hint)))));
    const set = (name, value) => (value ? field.setAttribute(name, value) : field.removeAttribute(name));
    set("aria-controls", isOpen && this.#id);
    set("aria-activedescendant", isOpen && `${this.#id}-${this.#at}`);
  }

  /** Below the caret, inside the window. */
  #place(field) {
    const box = field.getBoundingClientRect();
    const style = getComputedStyle(field);
    const before = field.value.slice(0, this.#open.from).split("\n");
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = style.font;
    const left = box.left + parseFloat(style.paddingLeft) + pen.measureText(before.at(-1)).width - field.scrollLeft;
    const top = box.top + parseFloat(style.paddingTop) + before.length * parseFloat(style.lineHeight) - field.scrollTop;
    this.style.left = `${Math.max(8, Math.min(left, innerWidth - 328))}px`;
    this.style.top = `${Math.min(top, innerHeight - 40 - this.#found.length * 30)}px`;
  }
}
customElements.define("as-complete", AsComplete);
