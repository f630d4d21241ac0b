import { h } from "../render.js";
import { icon, status } from "../parts.js";
import { done, stillSo, tookText, why } from "../said.js";
import { isBad, isGoing, look } from "../words.js";

const SETS = [
  { title: "Failed", holds: (one) => isBad(one.status) },
  { title: "Running", holds: (one) => isGoing(one.status) },
  { title: "Waiting", holds: (one) => one.status === "pending" },
  { title: "Cancelled", holds: (one) => one.status === "cancelled" },
  { title: "Skipped", holds: (one) => one.status === "skipped" },
  { title: "Flaky", holds: (one) => look(one) === "flaky" },
  { title: "Passed", holds: (one) => look(one) === "passed" },
];

/** In runs of more cases than these the waiting ones fold: they say nothing, and their list would move with every start. */
const ALL_SHOWN = 12;

/** Cases by urgency, each set in suite order but for the `seated` ones, which run: [{title, ids}]. */
export function setsOf(cases, seated) {
  const taken = new Set(seated);
  const sets = SETS.map(({ title, holds }) => (title === "Running" ? { title, ids: [...seated] }
    : { title, ids: cases.filter((one) => holds(one) && !taken.has(one.id)).map((one) => one.id) }));
  return sets.filter((set) => set.ids.length > 0);
}

/**
 * The list of cases. `its` is {root, sets, get(id), selected, href(case), filter, filtered(text), hold(over), now,
 * loading, unfolded: whether all waiting cases are shown, unfold()}.
 */
export function casesPanel(its) {
  const { root, sets, filter } = its;
  const wanted = (id) => !filter || its.get(id).name.toLowerCase().includes(filter)
    || its.get(id).definition?.key?.includes(filter);
  const shown = sets.map(({ title, ids }) => {
    const cases = ids.filter(wanted).map(its.get);
    const isFolded = title === "Waiting" && root.counts?.total > ALL_SHOWN && sets.length > 1 && !filter && !its.unfolded
      && !ids.includes(its.selected);
    const count = stillSo(cases, SETS.find((set) => set.title === title).holds);
    return { title, cases, isFolded, count };
  }).filter((set) => set.cases.length > 0);
  return h("section", { class: "panel cases", "aria-label": "Cases", key: "cases" },
    h("header", null, h("h2", null, "Cases"),
      h("span", { class: "sub num" },
        `${done(root.counts).toLocaleString()} of ${(root.counts?.total ?? 0).toLocaleString()}`),
      h("label", { class: "field push small" }, h("span", { class: "sr" }, "Filter cases"), icon("i-filter", "s"),
        h("input", { type: "search", size: "8", placeholder: "Filter", "data-filter": true, autocomplete: "off",
            spellcheck: "false", value: its.filter,
          oninput: (event) => its.filtered(event.target.value.trim().toLowerCase()),
          onkeydown: (event) => {
            if (event.key !== "Escape") return;
            event.stopPropagation();
            if (its.filter) its.filtered("");
            else event.target.blur();
          } }))),
    h("div",
      { class: "casebox", "data-scroller": true, onpointerenter: () => its.hold(true),
        onpointerleave: () => its.hold(false) },
      shown.map((set, at) => h("section", { key: set.title, "aria-label": set.title },
        h("h3", { class: "caseset num" }, `${set.title} · ${set.count}`,
          set.isFolded && h("button", { type: "button", class: "plain link", onclick: its.unfold }, "show")),
        !set.isFolded && h("as-list", { ".model": { items: set.cases, id: (one) => one.id, label: `${set.title} cases`,
            kind: (one) => (why(one) ? "case why" : "case"),
          row: (one, row) => caseRow(one, its, at === 0 && row === 0) } }))),
      shown.length === 0
        && h("p", { class: "nomatch dim" },
          its.loading ? "Loading cases" : filter ? "No case has this name."
            : "The cases are being put in the queue.")));
}

function caseRow(one, its, first) {
  const selected = one.id === its.selected;
  const line = why(one);
  return h("li",
    { class: "case", "data-row": true, "data-status": one.status, "data-case": one.definition?.key ?? one.name,
    "data-fresh": one.freshUntil > its.now, "aria-current": selected ? "true" : null },
    status(look(one)),
    h("a",
      { class: "name clip", href: its.href(one), title: one.name,
        tabindex: selected || (first && !its.selected) ? "0" : "-1" }, one.name),
    h("span", { class: "num small faint" },
      one.status === "retrying" ? `attempt ${one.attempt ?? 1}` : one.status === "pending" ? ""
        : tookText(withAttempt(one), its.now)),
    line && one.status !== "retrying" && h("span", { class: "why clip", title: line }, line));
}

/** A running case counts from its present attempt. */
const withAttempt = (one) => (one.status === "running" && one.attemptStartedAt
  ? { ...one, startedAt: one.attemptStartedAt } : one);
