import { h } from "../render.js";
import { button, icon, status, time } from "../parts.js";
import { bad, badParts, cancelled, done, legend, person, reason, tookText, withFlaky } from "../said.js";
import { commit, percent } from "../format.js";
import { isFinal, look, many, word } from "../words.js";
import { askCancel, retry } from "../actions.js";

/** Verdict, name and what can be done with the run. */
export function title(run, { project, may }) {
  const failed = isFinal(run.status) && run.kind === "suite" && bad(run.counts);
  return h("div", { class: "title", key: "title" }, h("as-stamp", { status: run.status, flaky: look(run) === "flaky" }),
    h("h1", { class: "clip", title: run.name }, run.name),
    h("span", { class: "faint num" }, `#${run.number}`),
    may && h("span", { class: "push line" },
      failed
        && button("Retry failed", () => retry(project, run, { failedOnly: true }), { icon: "i-retry", key: "Shift r" }),
      isFinal(run.status) && run.kind !== "import"
        && button("Retry", () => retry(project, run), { icon: "i-retry", key: run.kind === "case" ? "r" : undefined }),
      !isFinal(run.status) && !run.cancelRequestedAt
        && button("Cancel", () => askCancel(run, `${run.name} #${run.number}`),
          { kind: "danger", icon: "i-x", key: "c" })));
}

/** Where the run comes from. */
export function meta(run) {
  const { branch, commit: sha, message, url } = run.revision ?? {};
  return h("div", { class: "meta", key: "meta" },
    branch && told("i-branch", branch),
    sha && h("span", null, icon("i-commit", "s"),
      url && /^https?:\/\//.test(url)
        ? h("a", { class: "mono link", href: url, target: "_blank", rel: "noopener noreferrer", title: sha },
          commit(sha)) : h("span", { class: "mono", title: sha }, commit(sha)),
      message && h("span", { class: "clip", title: message }, message.split("\n")[0])),
    run.startedBy
      && told({ trigger: "i-bolt", schedule: "i-cal", token: "i-key" }[run.startedBy.kind] ?? "i-play",
        run.startedBy.name ?? run.startedBy.kind),
    run.environment && told(null, run.environment),
    h("span", { class: "num" }, icon("i-clock", "s"), run.startedAt ? "started " : "queued ",
      time(run.startedAt ?? run.queuedAt ?? run.createdAt)),
    run.priority && run.priority !== "normal" && h("span", null, `${run.priority} priority`),
    run.labels?.map((label) => h("span", { key: label, class: "tag", title: label }, h("span", { class: "clip" }, label))));
}

/** A word that somebody chose: however long, it keeps to its line. */
const told = (name, text) => h("span", null, name && icon(name, "s"), h("span", { class: "clip", title: text }, text));

/** What was asked while the run still goes. */
export function asked(run) {
  if (!run.cancelRequestedAt || isFinal(run.status)) return null;
  const by = person(run.cancelledBy);
  return h("div", { class: "note warn", role: "status", key: "asked" }, icon("i-info"), h("span", null,
    `${by ? `${by} cancelled this run` : "This run was cancelled"} at `, time(run.cancelRequestedAt),
    run.cancelReason ? `: “${run.cancelReason}”. ` : ". ", "What runs stops within 15 s."));
}

/** How far a suite is, or how it ended: one headline, the strip of its cases, and the counts with words. */
export function progress(run, { cases, now, open }) {
  const counts = withFlaky(run.counts ?? { total: cases.length }, cases);
  const final = isFinal(run.status);
  const ticks = cases.map(look);
  while (ticks.length < Math.min(counts.total ?? 0, 20_000)) ticks.push("pending");
  const said = `${all(counts)} done: ${legend(counts).map(([, number, text]) => `${number} ${text}`).join(", ")}`;
  return h("section",
    { class: "panel", "aria-label": "Progress", key: "progress", "data-done": done(counts),
      "data-total": counts.total ?? 0 }, h("div", { class: "body stack" },
    h("div", { class: "wrapline" }, h("p", { class: "eta" },
      h("b", { class: final ? `figure ${run.status}` : "figure num" },
        final ? word(run.status) : percent(Math.min(done(counts), (counts.total ?? 0) - .001), counts.total)),
      h("span", { class: "dim" }, final ? verdict(run, counts) : all(counts))),
      h("span", { class: "push right num" }, final ? h("b", null, `took ${tookText(run, now)}`)
          : run.status === "pending" ? h("span", { class: "dim" }, `waiting ${tookText(run, now)}`)
          : h("span", { class: "dim" }, `${tookText(run, now)} so far`))),
    h("as-streak", { class: "fluid progress",
        ".model": { ticks, height: 34, most: 16, label: said, open: cases.length > 0 ? open : null,
          names: (at) => cases[at]?.name ?? "" } }),
    h("div", { class: "legend" }, legend(counts).map(([name, number, text]) => h("span", { key: name },
        status(name, { size: "s", label: false }), h("b", null, number.toLocaleString()), text)))));
}

const all = (counts) => `${done(counts).toLocaleString()} of ${many(counts.total ?? 0, "case")}`;

/** What stands behind the word of a verdict: how many, or who and why. */
function verdict(run, counts) {
  const total = counts.total ?? 0;
  const rest = total - done(counts) > 0 ? `${all(counts)} had ended` : "";
  if (run.status === "cancelled") return [cancelled(run).replace(/^cancelled ?/, ""), rest].filter(Boolean).join(", ");
  if (run.status === "passed") return counts.flaky ? `${many(total, "case")}, ${counts.flaky} flaky` : many(total, "case");
  const wrong = badParts(counts);
  if (wrong.length === 0) return [reason(run.reason), rest].filter(Boolean).join(", ");
  return [wrong, ` of ${many(total, "case")}`, rest && `, ${rest}`];
}

/** The title of the tab: a progress bar while it runs, then the verdict. */
export function tabTitle(run) {
  const name = `${run.name} #${run.number}`;
  if (isFinal(run.status)) return `${word(run.status)}: ${name}`;
  const { counts } = run;
  // Never 100 % before the end, even when the last case has ended and the verdict has not come yet.
  if (counts?.total) return `${percent(Math.min(done(counts), counts.total - .001), counts.total)} ${name}`;
  return `${word(run.status)}: ${name}`;
}
