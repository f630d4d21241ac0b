import { all, path, remove } from "../api.js";
import { askFirst } from "../actions.js";
import { ListPage } from "../list-page.js";
import { h } from "../render.js";
import { status } from "../parts.js";
import { onOff } from "../on-off.js";
import { to } from "../router.js";
import { ruleSentence } from "../rule-words.js";
import { many } from "../words.js";

const SEVERITIES = { critical: "Critical", warning: "Warning", info: "Info" };

/** What opens alerts. */
export default class RulesPage extends ListPage {
  source = "/alerts/rules"; noun = "alert rule"; permission = "manageAlertRules";
  addAddress = to`/p/${this.project}/alerts/rules/new`;
  #suites = new Map();

  address({ id }) { return to`/p/${this.project}/alerts/rules/${id}`; }

  hint() { return "A rule watches the last runs of a suite and opens an alert when too few of them passed."; }

  async load(signal) {
    const suites = new Map();
    const [feed] = await Promise.all([super.load(signal),
      all("/test-suites", { project: this.project, limit: 200 },
        (items) => { for (const { key, name } of items) suites.set(key, name); }, signal)]);
    this.#suites = suites;
    return feed;
  }

  columns() {
    return [
      { head: "Rule", cell: ({ name }) => name, second: (rule) => ruleSentence(rule, this.#suites.get(rule.suite) ?? rule.suite) },
      { head: "Severity", cell: ({ severity }) => h("span", { class: "line" }, status(severity, { label: false }),
        SEVERITIES[severity]), wide: true },
      { head: "Tells", cell: ({ channels }) => (channels.length > 0 ? many(channels.length, "channel") : h("span", { class: "warn" }, "nobody")),
        wide: true },
      { head: "Now", cell: ({ activeAlert, disabledAt }) => (disabledAt ? h("span", { class: "warn" }, "Off") : activeAlert
        ? h("a", { class: "link failed", href: to`/p/${this.project}/alerts` }, "Alert open") : h("span", { class: "dim" }, "Quiet")) },
    ];
  }

  actions(rule) {
    return [this.mayChange && onOff(path`/alerts/rules/${rule.id}`, rule, () => this.reload()), this.mayChange && { label: "Delete", icon: "i-x", run: () => askDeleteRule(rule, () => this.reload()) }];
  }
}

/** Says what deleting a rule means, then does it. */
export const askDeleteRule = ({ id, name, activeAlert }, done) => askFirst({
  title: `Delete ${name}`, label: "Delete rule", typed: name,
  says: [activeAlert ? "Its open alert is resolved, and its channels are told." : "It opens no alert any more.",
    "Alerts of the past stay."],
  run: async () => { await remove(path`/alerts/rules/${id}`); done(); },
});
