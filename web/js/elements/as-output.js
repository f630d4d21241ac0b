import { h, render } from "../render.js";
import { parse } from "../ansi.js";
import { size } from "../format.js";
import { marked } from "../marks.js";

/**
 * One stream of output. Property `model`: {label, head, tail, bytes, droppedBytes, file?: {name, href}, wrap, search,
 * hit (which match is current), bad, found(count)}. Lines are numbered from the start; after a gap the numbers are
 * not known, so they stay empty.
 */
class AsOutput extends HTMLElement {
  #model = null;
  #text = null;
  #lines = [];

  set model(model) {
    const text = `${model.head ?? ""}\u0000${model.tail ?? ""}`;
    if (text !== this.#text) {
      this.#text = text;
      this.#lines = linesOf(model);
    }
    this.#model = model;
    this.#draw();
  }

  #draw() {
    const { label, wrap, search, hit, bad, found } = this.#model;
    let seen = 0;
    const rows = this.#lines.map((line, at) => {
      if (line.gap) return this.#gap(at);
      const pieces = line.pieces.map((piece) => {
        const before = seen;
        const [drawn, count] = marked(piece, search, (nth) => before + nth === hit);
        seen += count;
        return drawn;
      });
      return h("div", { key: at, class: bad ? "err" : null }, h("span", { "aria-hidden": "true" }, line.number ?? ""),
        h("span", null, pieces));
    });
    render(this, h("div",
        { class: "output", role: "region", "aria-label": label, tabindex: "0", "data-wrap": Boolean(wrap) }, rows));
    found?.(seen);
    if (search) this.querySelector("mark[data-hit]")?.scrollIntoView({ block: "nearest" });
  }

  #gap(key) {
    const { file } = this.#model;
    return h("div", { key, class: "gap" }, `${size(hidden(this.#model))} not shown`,
      file ? [", they are in ", h("a", { class: "link", href: file.href, download: file.name }, file.name)]
        : ", they were not kept");
  }
}

/** Bytes between head and tail. */
function hidden({ head, tail, bytes, droppedBytes }) {
  if (!tail) return droppedBytes ?? 0;
  const shown = new TextEncoder().encode((head ?? "") + tail).length;
  return Math.max(droppedBytes ?? 0, (bytes ?? 0) - shown);
}

function linesOf(model) {
  const { head, tail } = model;
  const first = parse(head ?? "").map((pieces, at) => ({ pieces, number: at + 1 }));
  if (hidden(model) === 0) {
    // Head and tail that touch are one text, even inside a line.
    return tail ? parse((head ?? "") + tail).map((pieces, at) => ({ pieces, number: at + 1 })) : first;
  }
  return [...first, { gap: true }, ...parse(tail ?? "").map((pieces) => ({ pieces }))];
}
customElements.define("as-output", AsOutput);
