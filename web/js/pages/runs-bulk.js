import { reasonField } from "../actions.js";
import { post } from "../api.js";
import { h } from "../render.js";
import { because, status } from "../parts.js";
import { look, many } from "../words.js";
import { openDialog } from "../elements/as-dialog.js";
import { toast } from "../elements/as-toast.js";

/** So few at once that an answer comes in time. */
const AT_ONCE = 25;

const CANCEL = {
  address: "/executions/bulk-cancellation", title: "Cancel runs", label: (number) => `Cancel ${many(number, "run")}`,
  none: "None of them is still running or waiting.", rest: (number) => `${many(number, "other")} of those selected ended before.`,
  says: "Cases that run get 15 s to stop; waiting ones do not start.", gone: "It had ended.",
  done: (number) => `${many(number, "run")} cancelled.`, failed: "could not be cancelled",
};
const RETRY = {
  address: "/executions/bulk-retry", title: "Run again", label: (number) => `Run ${many(number, "run")} again`,
  none: "None of them has ended.", rest: (number) => `${many(number, "other")} of those selected did not end yet.`,
  says: "Each starts as a new run with the versions, parameters and environment it had.", gone: "It was gone.",
  done: (number) => `${many(number, "run")} started.`, failed: "could not be run again",
};

/** `asked` is {ids} or {filter}; what is done is done to the runs that the question shows, no other. */
export const askCancelMany = (project, asked, done) => ask(CANCEL, project, asked, done);
export const askRetryMany = (project, asked, done) => ask(RETRY, project, asked, done);

async function ask(its, project, asked, done) {
  let found = null; let problem = null; const reason = reasonField(its.title); let failedOnly = false; let outcome = null;
  const options = {
    title: its.title, explain: because, danger: its === CANCEL,
    draw: () => (problem ? h("p", { role: "alert" }, because(problem)) : found ? [...hit(its, asked, found), ...more()]
      : h("p", { class: "dim late" }, "Loading")),
    closed: () => {
      if (!outcome) return;
      done();
      tell(its, outcome);
    },
  };
  const dialog = openDialog(options);
  try {
    found = (await post(its.address, { project, ...asked, preview: true })).data;
  } catch (error) {
    problem = error;
  }
  if (found && found.matched > 0 && !found.isMore) {
    Object.assign(options, { submitLabel: its.label(found.matched), submit: async () => {
      outcome = await each(its, { project, ...(its === CANCEL && reason.body), ...(failedOnly && { failedOnly }) }, found.items);
      reason.drop();
    } });
  }
  dialog.redraw();
  dialog.querySelector("form input, form footer .btn:last-child")?.focus();

  function more() {
    if (!options.submit) return [];
    if (its === CANCEL) return [reason.draw()];
    return found.items.some(({ kind }) => kind === "suite") ? [h("label", { class: "line tickline", key: "failed" },
      h("input", { type: "checkbox", name: "failedOnly", onchange: (event) => { failedOnly = event.target.checked; } }),
      "Of suites only the cases that did not pass")] : [];
  }
}

/** Which runs it hits. */
function hit(its, { ids }, { items, matched, isMore }) {
  if (isMore) return [h("p", { key: "more" }, `More than ${matched} runs match. Narrow the filter: at most ${matched} are taken at once.`)];
  if (matched === 0) return [h("p", { key: "none" }, its.none)];
  const others = (ids?.length ?? matched) - matched;
  return [h("p", { key: "says" }, its.says, others > 0 && ` ${its.rest(others)}`), runList(items, "Runs it hits")];
}

const runList = (items, label) => h("ul", { class: "rows outline bulklist", key: "runs", tabindex: "0", "aria-label": label }, items.map((run) =>
  h("li", { key: run.id, class: "item mid" }, status(look(run)), h("span", { class: "grow clip", title: run.name }, run.name),
    h("span", { class: "small faint num" }, `#${run.number}`), run.problem && h("span", { class: "small failed breakable" }, run.problem))));

/** Does it to every run, some at a time; what happened to each is kept, also when the server goes away half-way. */
async function each(its, body, items) {
  const left = [];
  let number = 0;
  for (let at = 0; at < items.length; at += AT_ONCE) {
    const some = items.slice(at, at + AT_ONCE);
    try {
      const { results } = (await post(its.address, { ...body, ids: some.map(({ id }) => id) })).data;
      const told = new Map(results.map((one) => [one.id, one]));
      for (const run of some) {
        const result = told.get(run.id);
        if (result && !result.problem) number += 1;
        else left.push({ ...run, problem: result?.problem ?? its.gone });
      }
    } catch (problem) {
      // A first refusal changes nothing: the question stays open with the reason.
      if (at === 0) throw problem;
      left.push(...items.slice(at).map((run) => ({ ...run, problem: because(problem) })));
      break;
    }
  }
  return { number, left };
}

/** What came of it. */
function tell(its, { number, left }) {
  if (left.length === 0) return toast(its.done(number));
  openDialog({ title: `${many(left.length, "run")} ${its.failed}`, wide: true, draw: () => [
    number > 0 && h("p", null, its.done(number)), runList(left, "Runs that were left")] });
}
