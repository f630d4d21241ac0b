import { path, remove } from "../api.js";
import { askFirst, copyText } from "../actions.js";
import { ListPage } from "../list-page.js";
import { h } from "../render.js";
import { status, time } from "../parts.js";
import { onOff } from "../on-off.js";
import { go, to } from "../router.js";
import { eventWord } from "../hooks.js";

/** Webhooks that start suites. */
export default class TriggersPage extends ListPage {
  source = "/triggers"; noun = "trigger"; permission = "manageTriggers";
  addAddress = to`/p/${this.project}/settings/triggers/new`;

  address({ id }) { return to`/p/${this.project}/settings/triggers/${id}`; }

  hint() { return "A trigger is an address that GitHub calls: a push or a pull request then starts a suite."; }

  columns() {
    return [
      { head: "Trigger", cell: ({ name }) => name, second: ({ events, branch }) =>
        `${events.map(eventWord).join(" and ")}${branch && branch !== "*" ? ` on ${branch}` : ""}` },
      { head: "Starts", cell: ({ suite }) => h("a", { class: "link", href: to`/p/${this.project}/runs` + `?suite=${suite}` }, suite) },
      { head: "State", cell: ({ disabledAt }) => h("span", { class: "line" }, status(disabledAt ? "cancelled" : "passed", { label: false }),
        disabledAt ? "Off" : "On") },
      { head: "Environment", cell: ({ environment }) => environment ?? "", wide: true },
      { head: "Made", cell: ({ createdAt }) => time(createdAt), wide: true },
    ];
  }

  actions(trigger) {
    return [
      { label: "What came", icon: "i-file", run: () => go(`${this.address(trigger)}/deliveries`) },
      { label: "Copy its address", icon: "i-link", run: () => copyText(trigger.url, "Address copied.") },
      this.mayChange && onOff(path`/triggers/${trigger.id}`, trigger, () => this.reload()),
      this.mayChange && { label: "Delete", icon: "i-x", run: () => askDeleteTrigger(trigger, () => this.reload()) },
    ];
  }
}

/** Says what deleting a trigger means, then does it. */
export const askDeleteTrigger = ({ id, name, provider }, done) => askFirst({
  title: `Delete ${name}`, label: "Delete trigger", typed: name,
  says: [`Its address is unknown from now on: what ${provider} still sends there starts nothing.`, "Runs it started stay."],
  run: async () => { await remove(path`/triggers/${id}`); done(); },
});
