import { h, render } from "../render.js";
import { framed } from "../frame.js";

const ALL_BELOW = 60;
const BEYOND_PX = 400;

/**
 * A list that keeps only the rows near the visible part in the document. Property `model`: {items, id(item),
 * row(item, at), kind(item), label, head?, near?()}: `row` describes an `li`, rows of one `kind` are equally tall,
 * `near` runs when the end comes into sight. `reveal(id)` scrolls a row into view and answers its element.
 */
class AsList extends HTMLElement {
  #model = null;
  #heights = new Map();
  #tops = [0];
  /** The tops are those of the model and the heights there are now. */
  #isMeasured = false;
  #range = { from: 0, to: 0 };
  #width = 0;
  #watch = null;
  #box;
  #moved = framed(() => this.#scrolled());
  #resized = () => { this.#box = undefined; this.#moved(); };

  set model(model) {
    this.#model = model;
    this.#isMeasured = false;
    if (!this.isConnected) return;
    // Asking where the list stands would lay the page out in the middle of a draw: what was near still is, or soon is put right.
    const isNear = this.#range.to > 0 && this.#range.to <= model.items.length && model.items.length > ALL_BELOW;
    this.#draw(isNear ? this.#range : undefined);
    if (isNear) this.#moved();
  }

  connectedCallback() {
    document.addEventListener("scroll", this.#moved, { capture: true, passive: true });
    addEventListener("resize", this.#resized);
    this.#box = undefined;
    this.#watch = new ResizeObserver(([entry]) => {
      if (Math.round(entry.contentRect.width) === this.#width) return;
      this.#width = Math.round(entry.contentRect.width);
      this.#heights.clear();
      this.#isMeasured = false;
      this.#draw();
    });
    this.#watch.observe(this);
    // Not left to the observer: rows would first stand where their heights are only guessed.
    this.#width = this.clientWidth;
    this.#draw();
  }

  disconnectedCallback() {
    document.removeEventListener("scroll", this.#moved, { capture: true });
    removeEventListener("resize", this.#resized);
    this.#watch.disconnect();
  }

  /** Scrolls the row into view, below the bar at the top, and answers its element. */
  reveal(id) {
    const at = this.#model.items.findIndex((item) => this.#model.id(item) === id);
    if (at < 0) return null;
    let row = this.#rowOf(id);
    // What is drawn for the first time may turn out to be of another height: then it is gone past.
    for (let tries = 0; !row && tries < 3; tries += 1) {
      const list = this.querySelector("ul");
      const scroller = this.#scroller();
      const y = list.getBoundingClientRect().top + this.#tops[at];
      if (scroller) scroller.scrollTop += y - scroller.getBoundingClientRect().top - 60;
      else scrollBy(0, y - innerHeight / 2);
      this.#draw();
      row = this.#rowOf(id);
    }
    row?.scrollIntoView({ block: "nearest" });
    return row;
  }

  #rowOf(id) {
    return [...this.querySelectorAll("ul > li")].find((row) => row.dataset.key === String(id)) ?? null;
  }

  #scrolled() {
    if (!this.isConnected || !this.#model) return;
    const { from, to } = this.#visible();
    if (from !== this.#range.from || to !== this.#range.to) this.#draw();
  }

  #draw(range) {
    const model = this.#model;
    if (!model) return;
    this.#measure();
    const { from, to } = (this.#range = range ?? this.#visible());
    const bottom = this.#tops[model.items.length] - this.#tops[to];
    const rows = model.items.slice(from, to).map((item, offset) => {
      const row = model.row(item, from + offset);
      const id = model.id(item);
      row.key = id;
      Object.assign(row.props, { "data-key": id, "data-kind": model.kind(item),
        "aria-setsize": model.items.length, "aria-posinset": from + offset + 1 });
      return row;
    });
    render(this, model.head ?? null,
      h("ul", { "aria-label": model.label, class: from > 0 ? "cut" : null,
        style: { "padding-top": `${this.#tops[from]}px`, "padding-bottom": `${bottom}px` } }, rows));
    if (this.#learn()) { this.#isMeasured = false; this.#draw(); return; }
    if (to === model.items.length) model.near?.();
  }

  /** Tops of all rows from the heights seen so far; a kind not seen yet counts as a plain row. */
  #measure() {
    if (this.#isMeasured) return;
    this.#isMeasured = true;
    const { items, kind } = this.#model;
    const tops = new Array(items.length + 1);
    let top = 0;
    for (let at = 0; at < items.length; at += 1) {
      tops[at] = top;
      top += this.#heights.get(kind(items[at])) ?? 40;
    }
    tops[items.length] = top;
    this.#tops = tops;
  }

  /** Measures one row of every kind on screen for the first time; answers whether something was learnt. */
  #learn() {
    let learnt = false;
    if (!this.#width) return false;
    for (const row of this.querySelectorAll("ul > li")) {
      if (this.#heights.has(row.dataset.kind)) continue;
      const tall = row.getBoundingClientRect().height;
      if (!tall) return false;
      this.#heights.set(row.dataset.kind, tall);
      learnt = learnt || tall !== 40;
    }
    return learnt;
  }

  #visible() {
    const total = this.#model.items.length;
    const list = this.querySelector("ul");
    if (total <= ALL_BELOW) return { from: 0, to: total };
    if (!list) return { from: 0, to: ALL_BELOW };
    const box = this.#scroller()?.getBoundingClientRect();
    const top = Math.max(0, box?.top ?? 0) - list.getBoundingClientRect().top - BEYOND_PX;
    const bottom = Math.min(innerHeight, box?.bottom ?? innerHeight) - list.getBoundingClientRect().top + BEYOND_PX;
    const from = Math.max(0, this.#at(top) - 1);
    return { from: Math.min(from, total - 1), to: Math.min(total, Math.max(from + 1, this.#at(bottom) + 1)) };
  }

  /** The box the list scrolls in, or null for the page; another one only when the window has changed. */
  #scroller() {
    if (this.#box === undefined) {
      const box = this.closest("[data-scroller]");
      this.#box = box && getComputedStyle(box).overflowY !== "visible" ? box : null;
    }
    return this.#box;
  }

  #at(y) {
    let low = 0;
    let high = this.#tops.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#tops[middle] < y) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

customElements.define("as-list", AsList);

/** Brings the row of `id` into view, in whichever list of `page` it is, and gives its link the focus. */
export function focusRow(page, id) {
  for (const list of page.querySelectorAll("as-list")) {
    const row = list.reveal(id);
    if (row) return row.querySelector("a").focus({ preventScroll: true });
  }
}
