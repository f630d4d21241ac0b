import { h, render } from "../render.js";
import { compare } from "../diff.js";
import { many } from "../words.js";

/** Two texts line by line, what is equal folded. Property `model`: {before, after, label}. */
class AsDiff extends HTMLElement {
  #model = null; #open = new Set();

  set model(model) {
    if (model.before !== this.#model?.before || model.after !== this.#model?.after) this.#open.clear();
    this.#model = model;
    this.#draw();
  }

  #draw() {
    const { before, after, label } = this.#model;
    const rows = before === after ? [] : compare(before, after);
    render(this, rows.length === 0 ? h("p", { class: "dim" }, "No difference.")
      : h("div", { class: "diff", role: "region", "aria-label": label, tabindex: "0" }, rows.map((row, at) => this.#row(row, at))));
  }

  #row(row, at) {
    if (row.kind !== "skip") return line(row, at);
    if (this.#open.has(at)) return row.rows.map((one, inside) => line(one, `${at}-${inside}`));
    return h("p", { key: at, class: "gap" }, h("button",
      { type: "button", class: "plain link small", onclick: () => { this.#open.add(at); this.#draw(); } },
      many(row.rows.length, "equal line")));
  }
}

// What stood before is "want" to the comparison, what stands now is "got".
const SIGNS = { want: ["minus", "−", "removed"], got: ["plus", "+", "added"] };

function line(row, key) {
  const [kind, sign, said] = SIGNS[row.kind] ?? [null, "", null];
  const [from, to] = row.mark ?? [row.text.length, row.text.length];
  return h("div", { key, class: kind }, h("span", null, row.line),
    h("span", null, h("span", { "aria-hidden": "true" }, sign), said && h("span", { class: "sr" }, said)),
    h("span", null, row.text.slice(0, from) || (row.mark ? "" : " "),
      row.mark && h("mark", null, row.text.slice(from, to) || "\u00a0"), row.text.slice(to)));
}
customElements.define("as-diff", AsDiff);
