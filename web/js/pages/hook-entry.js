import { get, path, post } from "../api.js";
import { refused } from "../actions.js";
import { h } from "../render.js";
import { because, button, revision, status, time } from "../parts.js";
import { to } from "../router.js";
import { eventWord, reasonOf, stateOf } from "../hooks.js";
import { openDialog } from "../elements/as-dialog.js";
import { toast } from "../elements/as-toast.js";

/** What can be seen of one delivery to a trigger, and taking it up again; on the trigger's page and in its log. */

/** The state in words, why nothing started, and what else is said of it. */
export const stateCell = (one, more = null) => {
  const [shape, said] = stateOf(one);
  return h("span", { class: "line", "data-state": one.state }, status(shape, { label: false }), h("span", null, said,
    one.reason && h("span", { class: "small dim block breakable" }, reasonOf(one.reason)),
    more && h("span", { class: "small dim block breakable" }, more)));
};

export const nameOf = (one) => `${eventWord(one.event)}${one.branch ? ` on ${one.branch}` : ""}`;

/** Of the runs a trigger started, id → run: the log knows only their ids. */
export async function runsOf(project, trigger, signal) {
  const { data } = await get("/executions", { project, startedBy: trigger, limit: 200 }, signal);
  return new Map(data.items.map((run) => [run.id, run]));
}

export const runLink = (project, run) => run
  && h("a", { class: "link nowrap", href: to`/p/${project}/runs/${run.number}` }, `Run #${run.number}`);

/** What it brought, asked for when it is opened; `again` takes it up anew, null for who may not. */
export async function openEntry(project, trigger, one, again) {
  let found = null; let run = null; let problem = null;
  const dialog = openDialog({
    title: nameOf(one), wide: true,
    draw: () => [
      h("div", { class: "line wrapline" }, stateCell(one), h("span", { class: "push line" }, runLink(project, run),
        again && one.state !== "started" && button("Take up again", () => { dialog.close(); again(); }, { icon: "i-retry" }))),
      h("p", { class: "line small wrapline" }, revision(one), h("span", { class: "dim" }, "Came ", time(one.receivedAt), ` from ${one.remote}`)),
      h("p", { class: "small faint mono breakable" }, one.delivery),
      problem ? h("p", { role: "alert" }, because(problem))
        : !found ? h("p", { class: "dim late" }, "Loading")
        : found.payload === null ? h("p", { class: "dim" }, "It was longer than 256 KiB, so it was not kept.")
        : h("pre", { class: "payload", tabindex: "0", role: "region", "aria-label": "Payload" }, pretty(found.payload)),
    ],
  });
  try {
    [found, run] = await Promise.all([get(path`/triggers/${trigger}/deliveries/${one.delivery}`).then(({ data }) => data),
      one.execution && get(path`/executions/${one.execution}`).then(({ data }) => data, () => null)]);
  } catch (error) {
    problem = error;
  }
  dialog.redraw();
}

function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

/** Decides about it anew, by what the trigger says now. */
export async function takeUp(trigger, one, done) {
  try {
    const { data } = await post(path`/triggers/${trigger}/deliveries/${one.delivery}/redeliver`);
    toast(data.execution ? `Run #${data.execution.number} started.` : `Nothing started. ${reasonOf(data.ignored)}`);
  } catch (problem) {
    refused("It could not be taken up again", problem);
  }
  done();
}
