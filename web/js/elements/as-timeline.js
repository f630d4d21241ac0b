import { h, render } from "../render.js";
import { status } from "../parts.js";
import { duration } from "../format.js";
import { isBad, many } from "../words.js";

/** More steps than these fold: fewer where a failing step's output should be near. */
const MOST = 40;
const MOST_BESIDE_BAD = 8;
const AROUND = 2;
const FILL = { passed: "k-p", failed: "k-f", error: "k-f", timeout: "k-t", running: "k-r beat", cancelled: "k-c" };

/**
 * Steps on one time axis. Property `model`: {steps: [StepResult], running: step or null, from (ms), now (ms),
 * current (sequence or null), href(sequence)}. A running bar grows, skipped steps have none, nested steps indent,
 * steps beyond a number fold to those that failed, run or are open, and their neighbours.
 */
class AsTimeline extends HTMLElement {
  #model = null;
  #unfolded = false;

  set model(model) {
    this.#model = model;
    this.#draw();
  }

  #draw() {
    const { steps, running, from, now, label } = this.#model;
    const rows = running ? [...steps, { ...running, status: "running", durationMs: null }] : steps;
    const end = rows.reduce((latest, step) => Math.max(latest, endOf(step, now)), from + 1);
    const span = end - from;
    render(this,
      h("div", { class: "step axis", "aria-hidden": "true" }, h("span"), h("span", { class: "small faint" }, "Steps"),
        h("svg", { class: "axisline tl" },
          grid(span).map((at) => h("text", { key: at, x: `${((at / span) * 100).toFixed(2)}%`, y: "11",
          "text-anchor": at === 0 ? "start" : "middle" }, at === 0 ? "0" : duration(at).replace(/[.,]0+(?= s)/, "")))),
          h("span")),
      h("ol", { class: "rows steps", "aria-label": label ?? "Steps" }, this.#folded(rows).map((row) =>
        row.fold ? this.#fold(row) : this.#step(row, from, span, now))));
  }

  #folded(rows) {
    const most = rows.some((step) => isBad(step.status)) ? MOST_BESIDE_BAD : MOST;
    if (rows.length <= most || this.#unfolded) return rows;
    const keep = new Set([0, rows.length - 1]);
    rows.forEach((step, at) => {
      if (isBad(step.status) || step.status === "running" || step.sequence === this.#model.current) {
        for (let near = at - AROUND; near <= at + AROUND; near += 1) keep.add(near);
      }
    });
    const out = [];
    rows.forEach((step, at) => {
      if (keep.has(at)) out.push(step);
      else if (out.at(-1)?.fold) { out.at(-1).count += 1; out.at(-1).passed &&= step.status === "passed"; }
      else out.push({ fold: true, key: `fold-${at}`, count: 1, first: step, passed: step.status === "passed" });
    });
    // A fold of one step hides nothing and costs the same line.
    return out.map((row) => (row.fold && row.count === 1 ? row.first : row));
  }

  #fold(row) {
    return h("li", { key: row.key, class: "step fold" }, h("span"),
      h("button",
        { type: "button", class: "plain link small", onclick: () => { this.#unfolded = true; this.#draw(); } },
        many(row.count, row.passed ? "passed step" : "step")));
  }

  #step(step, from, span, now) {
    const depth = (step.path ?? "").split("/").length - 1;
    const start = step.startedAt ? Date.parse(step.startedAt) - from : 0;
    const length = Math.max(0, endOf(step, now) - from - start);
    const open = step.sequence === this.#model.current;
    const skipped = step.status === "skipped";
    return h("li", { key: step.sequence, class: "step", "data-status": step.status, "data-depth": depth || null,
      "data-bad": isBad(step.status), "aria-current": open ? "true" : null },
      status(step.status, { size: "s" }),
      h("a", { class: "clip", href: this.#model.href(step.sequence), title: step.name,
        style: depth ? { "padding-left": `${depth * 22}px` } : null }, step.name),
      skipped ? h("span", { class: "tl" }) : h("svg", { class: "bar tl", "aria-hidden": "true" },
        h("rect", { class: FILL[step.status] ?? "k-n", x: `${Math.min(99, (start / span) * 100).toFixed(2)}%`, y: "1",
            height: "8", rx: "2",
          width: `${Math.max(.6, (length / span) * 100).toFixed(2)}%` })),
      h("span", { class: "right num small dim" }, skipped ? "skipped"
        : step.status === "running" ? duration(length, { whole: true }) : duration(step.durationMs)));
  }
}

function endOf(step, now) {
  if (step.status === "skipped" || !step.startedAt) return 0;
  if (step.status === "running") return now;
  return Date.parse(step.startedAt) + (step.durationMs ?? 0);
}

/** Two to four round marks. */
function grid(span) {
  const raw = span / 3;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, raw)));
  const step = [1, 2, 5, 10].map((of) => of * power).find((size) => size >= raw) ?? raw;
  const marks = [];
  for (let at = 0; at <= span * .98; at += step) marks.push(Math.round(at));
  return marks;
}
customElements.define("as-timeline", AsTimeline);
