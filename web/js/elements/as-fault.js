import { h, render } from "../render.js";
import { button } from "../parts.js";
import { beside, compare, textOf } from "../diff.js";
import { many } from "../words.js";

const FOLD = 12;

/**
 * An error: sentence, type and place, then what was wanted and what came. Property `model`: {sentence, type, place,
 * checks: [{label, expected, actual, loose?}], stack, hint}. Long values fold at 12 lines.
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
    const { sentence, type, place, checks, stack, hint } = this.#model;
    render(this, h("section", { class: "fault", "aria-label": "Error" },
      h("header", null, h("p", null, sentence),
        (type || place)
          && h("span", { class: "small dim" }, type && h("span", { class: "mono" }, type), type && place && " · ",
            place)),
      checks.map((check, at) => this.#check(check, at)),
      stack
        && stackOf(checks.length > 0, stack, this.#folding("stack", stack.split("\n"), (lines) => h("pre",
              { class: "stack-trace", tabindex: "0", role: "region", "aria-label": "Stack" }, lines.join("\n")))),
      hint && h("footer", { class: "small dim" }, hint)));
  }

  #check(check, at) {
    const rows = check.expected === undefined || check.expected === null
      ? [{ kind: "got", line: "", text: textOf(check.actual) }]
      : check.loose ? beside(textOf(check.expected), textOf(check.actual))
      : compare(textOf(check.expected), textOf(check.actual));
    const lines = rows.length === 1 && rows[0].kind === "got";
    return h("div", { key: at },
      h("p", { class: "small dim checkname" }, check.label, lines && ", no expected value"),
      this.#folding(`check-${at}`, rows, (shown) => h("div",
          { class: "diff", role: "region", "aria-label": `Wanted and got, ${check.label}`, tabindex: "0" },
        shown.map((row, line) => h("div", { key: line, class: { want: "plus", got: "minus" }[row.kind] ?? null },
          h("span", null, rows.length > 2 ? row.line : ""), h("span", null, row.kind === "same" ? "" : row.kind),
          h("span", null, marks(row)))))));
  }

  #folding(name, lines, draw) {
    const folded = lines.length > FOLD && !this.#open.has(name);
    return [draw(folded ? lines.slice(0, FOLD) : lines),
      folded && h("div", { class: "foldline" }, button(`Show ${many(lines.length - FOLD, "more line")}`,
        () => { this.#open.add(name); this.#draw(); }, { kind: "ghost small" }))];
  }
}

/** The stack; behind a fold when want and got already say what happened. */
function stackOf(folds, stack, drawn) {
  if (!folds) return drawn;
  return h("details", null,
    h("summary", { class: "checkname small dim" }, `Stack, ${many(stack.split("\n").length, "line")}`), drawn);
}

/** A line with the part that differs marked, and invisible characters made visible at its end. */
function marks({ text, mark }) {
  if (!mark) return text || " ";
  const [from, to] = mark;
  return [text.slice(0, from), h("mark", null, text.slice(from, to) || "\u00a0"), text.slice(to)];
}
customElements.define("as-fault", AsFault);
