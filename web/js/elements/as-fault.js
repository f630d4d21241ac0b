import { h, render } from "../render.js";
import { button } from "../parts.js";
import { beside, centred, compare, shortened, textOf } from "../diff.js";
import { many } from "../words.js";

const FOLD = 12;

/**
 * An error: sentence, type and place, then what was wanted and what came. Property `model`: {sentence, status, type,
 * place, checks: [{label, expected, actual, loose, cut}], stack, hint}. Equal lines fold, and what is left folds at 12 lines.
 */
class AsFault extends HTMLElement {
  #model = null;
  #open = new Set();

  set model(model) {
    if (model.key !== this.#model?.key) this.#open.clear();
    this.#model = model;
    this.#draw();
  }

  #draw() {
    const { sentence, status, type, place, checks, stack, hint } = this.#model;
    render(this, h("section", { class: "fault", "aria-label": "Error", "data-status": status },
      h("header", null, h("p", null, sentence),
        (type || place)
          && h("span", { class: "small dim" }, type && h("span", { class: "mono" }, type), type && place && " · ",
            place)),
      checks.map((check, at) => this.#check(check, at)),
      stack
        && stackOf(checks.length > 0, stack, this.#folding("stack", stack.split("\n").map((text) => ({ kind: "line", text })), (rows) => h("pre",
              { class: "stack-trace", tabindex: "0", role: "region", "aria-label": "Stack" }, rows.map((row) => row.text).join("\n")))),
      hint && h("footer", { class: "small dim" }, hint)));
  }

  #check(check, at) {
    const isAlone = check.expected === undefined || check.expected === null;
    const rows = isAlone ? [{ kind: "got", line: "", text: textOf(check.actual) }]
      : check.loose ? beside(textOf(check.expected), textOf(check.actual))
      : compare(textOf(check.expected), textOf(check.actual), check.cut);
    return h("div", { key: at },
      h("p", { class: "small dim checkname" }, check.label, isAlone && ", no expected value"),
      this.#folding(`check-${at}`, rows, (shown) => h("div",
          { class: "diff", role: "region", "aria-label": `Wanted and got, ${check.label}`, tabindex: "0" },
        shown.map((row, line) => this.#row(row, `check-${at}-${line}`, rows.length > 2)))));
  }

  #row(row, name, numbered) {
    if (row.kind === "cut") return h("p", { key: name, class: "gap small faint" }, row.text);
    if (row.kind !== "skip") return line(row, name, numbered);
    if (this.#open.has(name)) return row.rows.map((one, at) => line(one, `${name}-${at}`, numbered));
    return h("p", { key: name, class: "gap" },
      h("button", { type: "button", class: "plain link small", onclick: () => { this.#open.add(name); this.#draw(); } },
        many(row.rows.length, "equal line")));
  }

  #folding(name, rows, draw) {
    const shown = this.#open.has(name) ? rows : shortened(rows, FOLD);
    return [draw(shown),
      shown.length < rows.length && h("div", { class: "foldline" },
        button(`Show ${many(rows.length - shown.length, "more line")}`,
          () => { this.#open.add(name); this.#draw(); }, { kind: "ghost small" }))];
  }
}

const line = (row, key, numbered) => h("div", { key, class: { want: "plus", got: "minus" }[row.kind] ?? null },
  h("span", null, numbered ? row.line : ""), h("span", null, row.kind === "same" ? "" : row.kind),
  h("span", null, marks(centred(row))));

/** The stack; behind a fold when want and got already say what happened. */
function stackOf(folds, stack, drawn) {
  if (!folds) return drawn;
  return h("details", null,
    h("summary", { class: "checkname small dim" }, `Stack, ${many(stack.split("\n").length, "line")}`), drawn);
}

/** A line with the part that differs marked; where it was cut a sign stands in its place. */
function marks({ text, mark, isCut: [before, after] }) {
  const [from, to] = mark ?? [text.length, text.length];
  return [before && h("span", { class: "faint" }, "… "), text.slice(0, from) || (mark ? "" : " "),
    mark && h("mark", null, text.slice(from, to) || "\u00a0"), text.slice(to),
    after && h("span", { class: "faint" }, " …")];
}
customElements.define("as-fault", AsFault);
