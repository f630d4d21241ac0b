import { h } from "../render.js";
import { button, revision, starter, status, time } from "../parts.js";
import { bad, badParts, cancelled, done, reason, stillSo, tookText } from "../said.js";
import { counted, groupOf, hasCases, isBad, isFinal, look, many, word } from "../words.js";
import { to } from "../router.js";

const OUTCOMES = ["passed", "failed", "timeout", "aborted", "cancelled"];
const HEADS = {
  running: ["Progress", "So far", "Started"],
  waiting: ["Why it waits", "Waited", "Queued"],
  finished: ["Result", "Took", "Started"],
};

/** Column heads of a group of runs. */
export function head(group) {
  const [result, took, when] = HEADS[group];
  return h("div", { class: "run runhead", "aria-hidden": "true" }, h("span"), h("span", null, "Run"),
    h("span", { class: "c-ref" }, "Revision"),
    h("span", { class: "c-streak" }, "Cases"), h("span", { class: "c-res" }, result), h("span", { class: "c-hist" }, "Last 12 runs"),
    h("span", { class: "right" }, took), h("span", { class: "right" }, when), h("span", { class: "c-by" }));
}

/** What the heading of a group says beside its name; `open` when the list goes on below. */
export function about({ name, runs }, slots, open) {
  if (name === "finished") return open ? "" : outcomes(runs);
  const number = stillSo(runs, (run) => groupOf(run.status) === name, open ? "+" : "");
  return name === "running" && slots?.total ? `${number} · ${slots.busy} of ${slots.total} slots busy` : number;
}

function outcomes(runs) {
  const number = (status) => runs.filter((run) => run.status === status).length;
  const said = OUTCOMES.filter(number).map((status) => counted(number(status), status));
  return `${runs.length} · ${said.join(", ")}`;
}

/**
 * One run. `its` is {project, going: stands among those that run, selected, first, now, hover: {retry, cancel, copy},
 * open, pick: {isOn, isPicked, toggle()} for who may do something to many}. On a phone the cases of `going` runs have a line of their own, also when they have just ended. The link is the row's one tab
 * stop; the buttons join it when the row is selected.
 */
export function row(run, its) {
  const link = to`/p/${its.project}/runs/${run.number}`;
  return h("li", { class: its.going ? "run isrunning" : "run", "data-row": true, "data-status": run.status,
      "data-number": run.number,
    "data-fresh": run.freshUntil > its.now, "aria-current": its.selected ? "true" : null,
    onclick: (event) => {
      if (event.target.closest("a, button, input") || String(getSelection())) return;
      if (its.pick?.isOn) its.pick.toggle(); else its.open(link);
    } },
    its.pick && h("input", { type: "checkbox", class: "pick", ".checked": its.pick.isPicked, "aria-label": `Select ${run.name} #${run.number}`,
      tabindex: its.selected || its.first ? "0" : "-1", onchange: its.pick.toggle }),
    status(look(run)),
    h("div", { class: "name" },
      h("a", { href: link, tabindex: its.selected || its.first ? "0" : "-1", title: run.name }, run.name),
      h("span", { class: "faint num small" }, `#${run.number}`)),
    h("div", { class: "ref c-ref" }, revision(run.revision)),
    h("div", { class: "c-streak" }, streak(run)),
    h("div", { class: "c-res small" }, result(run)),
    h("div", { class: "c-hist" }, history(run)),
    h("div", { class: "c-dur right num small dim" }, tookText(run, its.now)),
    h("div", { class: "c-when right num small faint" }, time(run.startedAt ?? run.queuedAt ?? run.createdAt)),
    h("div", { class: "c-by" }, starter(run.startedBy)),
    h("div", { class: "rowacts" }, acts(run, its)));
}

function acts(run, its) {
  const rest = { kind: "ghost small icon", tabindex: its.selected ? "0" : "-1" };
  return [
    its.hover.retry && isFinal(run.status)
      && button("", its.hover.retry,
        { ...rest, icon: "i-retry", key: null, title: "Retry (r)", "aria-label": `Retry ${run.name}` }),
    its.hover.cancel && !isFinal(run.status) && !run.cancelRequestedAt
      && button("", its.hover.cancel,
        { ...rest, icon: "i-x", title: "Cancel (c)", "aria-label": `Cancel ${run.name}` }),
    button("", its.hover.copy,
      { ...rest, icon: "i-link", title: "Copy link", "aria-label": `Copy link to ${run.name}` }),
  ];
}

/** Statuses of the cases in suite order; a single case is one tick. */
export const ticks = (run) => (hasCases(run) ? run.ticks?.all ?? [] : [run.status]);

const streak = (run) => {
  const all = ticks(run);
  if (all.length === 0) return null;
  return h("as-streak", { class: "streak",
      ".model": { ticks: all, height: 14, most: 9,
        label: hasCases(run) ? `Cases in order: ${said(run)}` : word(run.status) } });
};

const said = ({ counts }) =>
  [`${done(counts)} of ${counts?.total ?? 0} done`, bad(counts)].filter(Boolean).join(", ");

const history = (run) => run.history?.length > 0
  && h("as-streak", { ".model": { ticks: run.history, width: 105, height: 14, most: 9,
  label: `Last ${run.history.length} runs: ${run.history.filter((one) => one === "passed").length} passed` } });

function result(run) {
  if (run.cancelRequestedAt && !isFinal(run.status)) return h("span", { class: "dim" }, "cancelling");
  if (run.status === "pending") return h("span", { class: "dim", title: run.waitSentence ?? null },
    run.waitSentence ?? "");
  if (!isFinal(run.status)) return progress(run);
  if (run.status === "cancelled") return h("span", { class: "dim", title: cancelled(run) }, cancelled(run));
  if (hasCases(run)) return suiteResult(run);
  if (look(run) === "flaky") return h("span", { class: "timeout" }, `passed on attempt ${run.attempt}`);
  if (run.status === "passed") return h("span", { class: "dim" },
    run.stepCount ? `${many(run.stepCount, "step")} passed` : "passed");
  const text = run.error?.message ?? reason(run.reason) ?? "";
  return h("span", { class: run.status, title: text }, h("b", null, word(run.status).toLowerCase()),
    text && h("span", { class: "dim" }, ` · ${text}`));
}

function progress(run) {
  if (!hasCases(run)) return h("span", { class: "dim clip", title: run.step?.name ?? null },
    run.step ? `step ${run.step.sequence}: ${run.step.name}` : word(run.status).toLowerCase());
  const wrong = badParts(run.counts);
  const tail = run.status === "retrying" ? h("span", { class: "infra" }, ` · ${reason(run.why) || "retrying"}`)
    : wrong.length > 0 ? h("span", null, " · ", wrong) : h("span", { class: "faint" }, " · none failed");
  return [
    h("b", { class: "num" }, `${done(run.counts).toLocaleString()} of ${(run.counts?.total ?? 0).toLocaleString()}`),
    tail];
}

function suiteResult(run) {
  const passed = run.counts?.passed ?? 0;
  if (!isBad(run.status)) return h("span", { class: "dim" }, `${passed.toLocaleString()} passed`);
  const parts = badParts(run.counts);
  const text = reason(run.reason) || word(run.status).toLowerCase();
  return [h("b", { class: run.status }, parts.length > 0 ? parts : text),
    passed > 0 && h("span", { class: "dim" }, ` · ${passed.toLocaleString()} passed`)];
}
