import { get } from "../api.js";
import { exact, size } from "../format.js";
import { LivePage } from "../live-page.js";
import { button, status } from "../parts.js";
import { h } from "../render.js";
import { may } from "../session.js";

const CHECKS = { database: "Database", schema: "Schema", scheduler: "Scheduler", feed: "Events", setAside: "Set aside" };

/** Whether everything works, what this server is, and what is kept for how long. */
export default class SystemPage extends LivePage {
  #system = null; #ready = null; #kept = [];

  start() {
    this.shell.title("System");
    this.shell.top({ title: "System", actions: button("Look again", () => this.reload(), { icon: "i-retry" }) });
    super.start();
  }

  async load(signal) {
    const [system, ready, kept] = await Promise.all([get("/system", {}, signal),
      // 503 is an answer here, too.
      fetch("/readyz", { signal }).then((answer) => answer.json()),
      may(this.project, "administer") ? get("/retention/preview", {}, signal) : { data: { items: [] } }]);
    this.#system = system.data;
    this.#ready = ready;
    this.#kept = kept.data.items;
    return null;
  }

  content() {
    return [this.stale("This may be out of date"),
      this.instead("The system could not be looked at", 5) ?? h("div", { class: "stack", key: "all" }, this.#state(), this.#about(), this.#retention())];
  }

  #state() {
    const checks = Object.entries(this.#ready.checks ?? {});
    const wrong = checks.filter(([, { ok }]) => !ok).length;
    return h("section", { class: "panel", "aria-label": "State", key: "state" },
      h("header", null, status(wrong > 0 ? "failed" : "passed", { label: false }),
        h("h2", null, wrong > 0 ? `${wrong} of ${checks.length} parts do not work` : "Everything works")),
      h("ul", { class: "rows" }, checks.map(([name, { ok, detail }]) => h("li", { key: name, class: "item mid" },
        status(ok ? "passed" : "failed"), h("b", null, CHECKS[name] ?? name), h("span", { class: "dim grow" }, detail),
        name === "setAside" && h("a", { class: "link small", href: "/set-aside" }, "Show them")))));
  }

  #about() {
    const { version, protocol, time, limits } = this.#system;
    const facts = [["Version", version], ["Agents' protocol", protocol], ["The server's clock", exact(time)],
      ["Largest file", size(limits.artifactBytes)], ["Largest request", size(limits.bodyBytes)], ["Steps of a case", limits.stepsPerCase.toLocaleString()],
      ["Levels of JSON", limits.jsonDepth], ["Rows of a page", limits.pageSize]];
    return h("section", { class: "panel", "aria-label": "About", key: "about" }, h("header", null, h("h2", null, "About")),
      h("dl", { class: "body facts wide" }, facts.map(([name, value]) =>
        [h("dt", { key: `t${name}` }, name), h("dd", { key: `d${name}` }, value)])),
      h("footer", null, h("a", { class: "link", href: "/api/docs", target: "_blank", rel: "noopener" }, "The API in a browser")));
  }

  #retention() {
    if (this.#kept.length === 0) return null;
    return h("section", { class: "panel thinglist", "aria-label": "What is kept", key: "kept" },
      h("header", null, h("h2", null, "What is kept"), h("span", { class: "sub push" }, "set by ASSAY_RETENTION")),
      h("table", { class: "things" }, h("caption", { class: "sr" }, "What is kept"),
        h("thead", null, h("tr", null, ["What", "Kept for", "Past its time"].map((head, at) =>
          h("th", { key: head, scope: "col", class: at > 0 ? "right" : null }, head)))),
        h("tbody", null, this.#kept.map(({ name, about, days, count, isMore }) => h("tr", { key: name, "data-row": name },
          h("th", { scope: "row" }, name, h("span", { class: "small faint second" }, about)),
          h("td", { class: "right num nowrap" }, days === null ? "ever" : `${days} days`),
          h("td", { class: "right num" }, days === null ? "" : `${count.toLocaleString()}${isMore ? "+" : ""}`))))));
  }
}
