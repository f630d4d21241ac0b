import { copyLink } from "../actions.js";
import { h } from "../render.js";
import { button, empty, failure, kbd } from "../parts.js";
import { go, to } from "../router.js";
import { many } from "../words.js";
import { about, head, row } from "./runs-row.js";

/**
 * The groups of runs, each a list of its own. `its` is {project, slots, selected, newCount, letIn(), more(group): what
 * loads the next page or nothing, fault(group): why that failed, again(): tries it once more, drawn(run): told of every waiting run that is drawn, retry(run), cancel(run), pick(run)}.
 */
export function lists(groups, its) {
  return groups.map((group, at) => {
    // Only the last day of those that are over goes on below.
    const isLast = group.name !== "finished" || group === groups.at(-1);
    const more = isLast ? its.more(group.name) : null;
    const fault = isLast ? its.fault(group.name) : null;
    return h("section", { key: group.title, "aria-label": group.title },
      h("div", { class: "group" }, h("h2", null, group.title),
        h("span", { class: "num clip" }, about(group, its.slots, Boolean(more ?? fault))),
        at === 0 && its.newCount > 0
          && h("button", { type: "button", class: "new push", onclick: its.letIn },
            many(its.newCount, "new run"), kbd("."))),
      h("as-list", { class: "panel rows", ".model": list(group, more, its) }),
      fault && failure("More runs could not be loaded", fault, its.again));
  });
}

function list({ name, title, runs }, near, its) {
  const now = Date.now();
  const isChosen = runs.some((one) => one.id === its.selected);
  return {
    items: runs, id: (run) => run.id, kind: () => name, label: title, head: head(name), near,
    row: (run, at) => {
      if (run.status === "pending") its.drawn(run);
      return row(run, { project: its.project, going: name === "running", now, selected: run.id === its.selected, first: at === 0 && !isChosen,
        open: go, pick: its.pick?.(run),
        hover: { retry: its.retry && (() => its.retry(run)), cancel: its.cancel && (() => its.cancel(run)),
          copy: () => copyLink(to`/p/${its.project}/runs/${run.number}`) } });
    },
  };
}

export const noneMatch = (clear) => h("div", { class: "panel" },
  empty("No runs match", null, button("Clear filters", clear, { key: "Esc" })));

/** `start` opens the sheet that starts a run; false for who may not. */
export const noneYet = (start, firstSteps) => h("div", { class: "panel" }, empty("No runs yet",
  ["Start a suite here, from your CI, or with ", h("span", { class: "mono" }, "assay run"), "."],
  [start && button("Start run", start, { kind: "primary", icon: "i-play" }),
    h("a", { class: "btn", href: firstSteps }, "First steps")]));
