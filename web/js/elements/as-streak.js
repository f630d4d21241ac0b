import { h, render } from "../render.js";
import { word } from "../words.js";

/** Share of the height a tick takes; failures are always taller than the rest. */
const HEIGHT = { failed: 1, timeout: 1, aborted: .75, retrying: .75, passed: .5, running: .5, cancelled: .34,
  flaky: .5, skipped: .34, pending: .2 };
const FILL = { failed: "k-f", timeout: "k-t", aborted: "k-i", retrying: "k-i", passed: "k-p", running: "k-r beat",
  cancelled: "k-c", flaky: "k-t", skipped: "k-c", pending: "k-n" };
/** When ticks merge into a bin, it shows the first of these that it holds. */
const WORST = ["failed", "timeout", "aborted", "retrying", "running", "pending", "flaky", "cancelled", "skipped",
  "passed"];

/**
 * A strip with one tick per case or run, centred on a line; ticks that would be too thin merge into bins.
 * Property `model`: {ticks: [status], label, width?, height, most?, names?(at), open?(at)}. With `open` the strip takes
 * focus, arrows walk it and Enter opens a tick.
 */
class AsStreak extends HTMLElement {
  #model = null;
  #width = 0;
  #at = -1;
  #watch = null;

  set model(model) {
    this.#model = model;
    if (this.isConnected) this.#draw();
  }

  connectedCallback() {
    this.#watch = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry.contentRect.width);
      if (width === this.#width) return;
      this.#width = width;
      this.#draw();
    });
    if (!this.#model?.width) this.#watch.observe(this);
    this.#draw();
  }

  disconnectedCallback() { this.#watch?.disconnect(); }

  #draw() {
    const model = this.#model;
    const width = model?.width ?? this.#width;
    if (!model || !width) return;
    const bins = this.#bins(width);
    const step = this.#pitch(bins.length, width);
    const thick = Math.max(1.5, step - Math.min(4, Math.max(1.3, step * .38)));
    const open = model.open && bins.length > 0;
    render(this,
      h("svg", { class: "tick", width, height: model.height, viewBox: `0 0 ${width} ${model.height}`,
        role: open ? "application" : "img", tabindex: open ? "0" : null, "aria-label": model.label,
        "aria-roledescription": open ? "strip of cases" : null,
        onkeydown: open ? (event) => this.#key(event, bins) : null,
        onpointermove: open ? (event) => this.#point(event, bins, step) : null,
        onpointerleave: open ? () => this.#walk(-1) : null,
        onblur: open ? () => this.#walk(-1) : null,
        onclick: open ? () => this.#open(bins) : null },
        paths(bins, step, thick, model.height),
        this.#at >= 0 && this.#at < bins.length && h("rect", { class: "tickring", x: this.#at * step - 2, y: -2,
          width: thick + 4, height: model.height + 4, rx: 2 })),
      open && this.#at >= 0 && this.#at < bins.length && this.#tip(bins[this.#at], this.#at * step, width));
  }

  #bins(width) {
    const ticks = this.#model.ticks;
    const room = Math.floor(width / 4);
    if (ticks.length <= room) return ticks.map((status, at) => ({ status, from: at, to: at + 1 }));
    const wanted = Math.min(room, Math.floor(width / 5.2));
    return Array.from({ length: wanted }, (_, bin) => {
      const from = Math.floor((bin * ticks.length) / wanted);
      const to = Math.max(from + 1, Math.floor(((bin + 1) * ticks.length) / wanted));
      const here = ticks.slice(from, to);
      return { status: WORST.find((status) => here.includes(status)) ?? here[0], from, to };
    });
  }

  #pitch(bins, width) {
    const step = bins ? width / bins : width;
    return this.#model.most ? Math.min(this.#model.most, step) : step;
  }

  #key(event, bins) {
    const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (move) this.#walk(Math.min(bins.length - 1, Math.max(0, this.#at + move)));
    else if (event.key === "Home") this.#walk(0);
    else if (event.key === "End") this.#walk(bins.length - 1);
    else if (event.key === "Enter") this.#open(bins);
    else return;
    event.preventDefault();
  }

  #point(event, bins, step) {
    const box = event.currentTarget.getBoundingClientRect();
    const at = Math.floor((event.clientX - box.left) / step);
    this.#walk(at >= 0 && at < bins.length ? at : -1);
  }

  #walk(at) {
    if (at === this.#at) return;
    this.#at = at;
    this.#draw();
  }

  #open(bins) {
    const bin = bins[this.#at];
    if (!bin) return;
    const within = this.#model.ticks.slice(bin.from, bin.to).indexOf(bin.status);
    this.#model.open(bin.from + Math.max(0, within));
  }

  #tip(bin, x, width) {
    const one = bin.to - bin.from === 1;
    const counts = new Map();
    for (const status of this.#model.ticks.slice(bin.from, bin.to)) counts.set(status, (counts.get(status) ?? 0) + 1);
    const text = one ? `${this.#model.names?.(bin.from) ?? ""} ${word(bin.status).toLowerCase()}`.trim()
      : [...counts].map(([status, number]) => `${number} ${word(status).toLowerCase()}`).join(", ");
    const right = x > width / 2;
    return h("span", { class: "ticktip", role: "status", "data-side": right ? "right" : "left",
      style: right ? { right: `${width - x - 8}px` } : { left: `${x}px` } }, text);
  }
}

/** One path per outcome, so that a strip of thousands stays a handful of nodes. */
function paths(bins, step, thick, height) {
  const drawn = new Map();
  const box = (x, y, tall) => `M${round(x)} ${round(y)}h${round(thick)}v${round(tall)}h-${round(thick)}z`;
  bins.forEach(({ status }, at) => {
    const known = HEIGHT[status] ? status : "pending";
    const tall = height * HEIGHT[known];
    const x = at * step;
    const half = height * .38;
    const shape = known === "timeout" ? box(x, 0, half) + box(x, height - half, half)
      : known === "flaky" ? box(x, (height - tall) / 2, tall) + box(x, height * .06, height * .12)
      : box(x, (height - tall) / 2, tall);
    drawn.set(known, (drawn.get(known) ?? "") + shape);
  });
  return [...drawn].map(([status, d]) => h("path", { key: status, class: FILL[status], d }));
}

const round = (value) => Math.round(value * 100) / 100;

customElements.define("as-streak", AsStreak);
