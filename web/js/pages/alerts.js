import { get, path, post } from "../api.js";
import { LivePage } from "../live-page.js";
import { h } from "../render.js";
import { button, empty, status, time } from "../parts.js";
import { ago, share } from "../format.js";
import { to } from "../router.js";
import { person } from "../said.js";
import { may } from "../session.js";
import { askForm, refused } from "../actions.js";
import { toast } from "../elements/as-toast.js";

/** ", 38 min ago" within the hour. */
const recent = (text) => (Date.now() - Date.parse(text) < 3_600_000 ? `, ${ago(text)}` : "");

const WEIGHT = { critical: 0, warning: 1, info: 2 };

/** Open alerts first, with Take it; below them the ones that are over. */
export default class AlertsPage extends LivePage {
  #open = []; #past = []; #busy = new Set();
  #again = this.spaced(() => this.reload(), 500);

  start() {
    this.shell.title("Alerts");
    this.shell.top({ title: "Alerts" });
    super.start();
  }

  async load(signal) {
    const [active, every] = await Promise.all([get("/alerts/active", { project: this.project }, signal),
      get("/alerts", { project: this.project, limit: 50 }, signal)]);
    this.#open = active.data.items.sort((a, b) => (a.state === "open" ? 0 : 1) - (b.state === "open" ? 0 : 1)
      || WEIGHT[a.severity] - WEIGHT[b.severity] || b.openedAt.localeCompare(a.openedAt));
    this.#past = every.data.items.filter((one) => one.state === "resolved");
    const untaken = this.#open.filter((one) => one.state === "open").length;
    this.shell.title(untaken > 0 ? `${untaken} open: Alerts` : "Alerts");
    return active.feed;
  }

  take(type) {
    if (type.startsWith("alert.")) this.#again();
  }

  async #acknowledge(alert) {
    this.#busy.add(alert.id);
    this.redraw();
    try {
      await post(path`/alerts/${alert.id}/acknowledge`, {});
      toast(`You have ${alert.rule.name}.`);
      await this.reload();
    } catch (problem) {
      refused("The alert could not be taken", problem);
    }
    this.#busy.delete(alert.id);
    this.redraw();
  }

  #resolve(alert) {
    askForm({
      title: `Resolve ${alert.rule.name}`, label: "Resolve alert", question: `resolve ${alert.id}`,
      says: "Its channels are told. It opens again when the next run breaks the rule.",
      fields: [{ name: "comment", label: "Why it is over", kind: "text", required: true, help: "The others read it under Resolved." }],
      submit: async (values) => {
        await post(path`/alerts/${alert.id}/resolve`, values);
        toast(`${alert.rule.name} is resolved.`);
        await this.reload();
      },
    });
  }

  content() {
    return this.instead("The alerts could not be loaded", 3) ?? [
      this.stale("The alerts may be out of date"),
      this.#open.length > 0
        ? h("ul", { class: "stack alerts", "aria-label": "Open alerts", key: "open" },
          this.#open.map((one) => this.#card(one)))
        : h("div", { class: "panel", key: "none" },
          empty("No open alerts", "An alert opens here when a rule finds its limit crossed.")),
      this.#past.length > 0
        && h("section", { key: "past", "aria-label": "Resolved" },
          h("div", { class: "group" }, h("h2", null, "Resolved"), h("span", { class: "num" }, this.#past.length)),
        h("ul", { class: "panel rows" }, this.#past.map((one) => h("li",
            { key: one.id, class: "item mid", "data-status": one.state }, status(one.severity),
            h("span", { class: "grow" }, h("b", null, this.#rule(one)), " ", h("span", { class: "dim" }, one.sentence),
              one.resolution && h("span", { class: "small dim block breakable" },
                [one.resolvedBy && `${person(one.resolvedBy)}: `, one.resolution])),
          h("span", { class: "small faint num nowrap" }, time(one.openedAt), " to ", time(one.resolvedAt)))))),
    ];
  }

  #rule({ rule }) { return h("a", { href: to`/p/${this.project}/alerts/rules/${rule.id}` }, rule.name); }

  /** The runs of the suite that failed. */
  #causes({ suite }) { return `${to`/p/${this.project}/runs?suite=${suite}`}&status=failed,timeout`; }

  #card(alert) {
    const taken = alert.state === "acknowledged";
    return h("li", { key: alert.id, class: "panel alert", "data-status": alert.state, "data-severity": alert.severity },
      h("div", { class: "body line" }, status(alert.severity, { size: "l" }),
        h("div", { class: "grow" }, h("h2", null, this.#rule(alert)), h("p", null, alert.sentence),
          h("ol", { class: "history small dim", "aria-label": "What happened" },
            h("li", null, "Opened ", time(alert.openedAt), recent(alert.openedAt),
              typeof alert.value === "number" && alert.threshold !== null
                ? `: ${share(alert.value)} against ${share(alert.threshold)}, ${alert.samples} runs` : ""),
            taken
              && h("li", null, `${person(alert.acknowledgedBy) || "Somebody"} took it `, time(alert.acknowledgedAt))),
          h("p", { class: "small" }, h("a", { class: "link", href: this.#causes(alert) }, `Runs of ${alert.suite}`), " that caused it")),
        may(this.project, "acknowledgeAlerts") && h("div", { class: "line acts" },
          button("Resolve…", () => this.#resolve(alert), { kind: "tall", "aria-label": `Resolve… ${alert.rule.name}` }),
          !taken && button("Take it", () => this.#acknowledge(alert), { kind: "primary tall", disabled: this.#busy.has(alert.id),
            "aria-label": `Take it: ${alert.rule.name}` }))));
  }
}
