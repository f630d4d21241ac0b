import { h, render } from "../render.js";
import { button } from "../parts.js";
import { LiveLines } from "../live-output.js";
import { many } from "../words.js";

const AT_END_PX = 24;

/**
 * Output while it is printed, of one height so that nothing moves below it. Property `model`: {lines: LiveLines, wrap,
 * follow, paused()}: with `follow` the end stays in sight; scrolling up says `paused`. What came meanwhile is counted.
 */
class AsLiveOutput extends HTMLElement {
  #model = null; #seen = 0; #isOurs = false;

  set model(model) {
    const isBack = model.follow && !this.#model?.follow;
    this.#model = model;
    if (model.follow) this.#seen = model.lines.count;
    this.#draw();
    if (model.follow || isBack) this.#toEnd();
  }

  #toEnd() {
    const box = this.querySelector(".output");
    if (box.scrollTop + box.clientHeight >= box.scrollHeight) return;
    this.#isOurs = true;
    box.scrollTop = box.scrollHeight;
  }

  #scrolled(box) {
    if (this.#isOurs) { this.#isOurs = false; return; }
    const isAtEnd = box.scrollTop + box.clientHeight >= box.scrollHeight - AT_END_PX;
    if (isAtEnd !== this.#model.follow) this.#model.paused(!isAtEnd);
  }

  #draw() {
    const { lines, wrap, follow, paused } = this.#model;
    const fresh = lines.count - this.#seen;
    render(this,
      h("div", { class: "output printing", role: "log", "aria-live": "off", "aria-label": "Live output", tabindex: "0",
          "data-wrap": Boolean(wrap), onscroll: (event) => this.#scrolled(event.currentTarget) },
        lines.dropped > 0 && h("div", { class: "gap", key: "dropped" }, `${many(lines.dropped, "earlier line")} not shown while it runs`),
        lines.rows.length === 0 && h("div", { class: "gap", key: "none" }, "Nothing was printed yet"),
        lines.rows.map((row) => (row.said ? h("div", { key: row.key, class: "gap" }, row.said)
          : h("div", { key: row.key, class: row.stream === "stderr" ? "err" : null },
            h("span", { "aria-hidden": "true" }, row.key),
            h("span", null, LiveLines.pieces(row).map(({ text, look }) => (look ? h("span", { class: look }, text) : text))))))),
      !follow && h("div", { class: "resume", key: "resume" },
        button(fresh > 0 ? many(fresh, "new line") : "Follow", () => paused(false), { kind: "small", key: "f" })));
  }
}
customElements.define("as-live-output", AsLiveOutput);
