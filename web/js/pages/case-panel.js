import { h } from "../render.js";
import { because, button, icon, status, time } from "../parts.js";
import { person, reason, cancelled } from "../said.js";
import { checkOf } from "../checks.js";
import { isBad, isFinal, look, word } from "../words.js";
import { size } from "../format.js";
import { askCancel, copyLink, retry } from "../actions.js";
import { isViewable, openArtifact } from "./artifact-view.js";
import "../elements/as-attempts.js";
import "../elements/as-fault.js";
import "../elements/as-timeline.js";

const LONG = 160;

/**
 * The case on screen: attempts, error, steps on a time axis. `its` is {case, data, project, may, single, step (sequence
 * or null), href({attempt, step}), now}.
 */
export function casePanel(its) {
  const { case: one, data } = its;
  return h("section", { class: "panel", key: "case", "aria-label": "Case", "data-status": one.status },
    !its.single && h("header", null, status(look(one)), h("h2", { class: "clip", title: one.name }, one.name),
      h("span", { class: "push line" },
        button("Copy link", () => copyLink(its.href({})), { kind: "small ghost wide", icon: "i-link" }),
        its.may && isFinal(one.status)
          && button("Retry", () => retry(its.project, one), { kind: "small", icon: "i-retry", key: "r" }),
        its.may && !isFinal(one.status) && !one.cancelRequestedAt
          && button("Cancel", () => askCancel(one, one.name), { kind: "small danger", icon: "i-x" }))),
    above(its),
    data.steps.length > 0 || data.running ? timeline(its) : data.isLoaded && !data.problem
      && h("p", { class: "nomatch dim" }, nothing(one, data.waits)));
}

function above(its) {
  const { case: one, data } = its;
  const note = notes(one, data);
  const model = fault(one, data);
  if (data.attempts.length < 2 && !model && note.length === 0 && !data.problem) return null;
  return h("div", { class: "body stack" },
    data.problem
      && h("p", { class: "line", role: "alert" }, status("warning"),
        h("span", null, h("b", null, "The steps could not be loaded. "), because(data.problem))),
    h("as-attempts", { ".model": { attempts: data.attempts, current: data.attempt?.attempt,
        href: (attempt) => its.href({ attempt }) } }),
    note,
    model && h("as-fault", { ".model": model }));
}

function notes(one, data) {
  const line = (...kids) => h("p", { class: "dim" }, kids);
  return [
    one.status === "retrying"
      && line("Tried again after ", reason(one.why) || "a failure",
        one.notBefore ? [", not before ", time(one.notBefore)] : "", "."),
    one.status === "cancelled" && line(sentence(cancelled(one))),
    one.cancelRequestedAt && !isFinal(one.status)
      && line(`${person(one.cancelledBy) || "Somebody"} cancelled this at `, time(one.cancelRequestedAt),
        ". It stops within 15 s."),
  ].filter(Boolean);
}

const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}.`;

/** What went wrong in the attempt on screen; an error without a step speaks for the whole case. */
function fault(one, data) {
  const step = data.failing;
  const ended = data.attempt?.status ?? one.status;
  if (!step && !(isBad(ended) && (isFinal(one.status) || data.attempt))) return null;
  const newest = data.attempt === data.attempts.at(-1);
  const own = newest ? one.error : null;
  if (!step) {
    if (!own && !isBad(ended)) return null;
    return { key: `${one.id} ${data.attempt?.attempt}`, status: ended,
      sentence: own?.message ?? sentence(reason(data.attempt?.errorClass ?? one.reason) || word(ended)),
      type: own?.code, place: "", checks: [], stack: null, hint: own?.hint };
  }
  const checks = (step.checks ?? []).filter((check) => !check.passed).map((check) => checkOf(check, step, data.wishOf(step)));
  return {
    key: `${one.id} ${data.attempt?.attempt} ${step.sequence}`, status: step.status,
    sentence: brief(step.error?.message ?? own?.message ?? `${step.name} ${word(step.status).toLowerCase()}`, checks),
    type: step.error?.type,
    place: `step ${step.sequence} of ${Math.max(data.steps.length, one.stepCount ?? 0)}, ${step.name}`,
    checks,
    stack: step.error?.stack, hint: own?.hint,
  };
}

/** A message that repeats long values says only which of them it is: want and got stand below it. */
const brief = (message, [check]) =>
  (message.length > LONG && check ? `${check.subject} is not what was wanted.` : message);

function timeline(its) {
  const { case: one, data } = its;
  const first = data.steps.find((step) => step.startedAt)?.startedAt ?? data.running?.startedAt ?? data.attempt?.acceptedAt;
  const { running } = data;
  return h("as-timeline", { key: `${one.id} ${data.attempt?.attempt}`,
    ".model": { steps: data.steps, running, from: Date.parse(first) || its.now, now: its.now, current: its.step,
    href: (step) => its.href({ step }), label: `Steps of ${one.name}` } });
}

function nothing(one, waits) {
  if (one.status === "pending") return waits || "It has not started yet.";
  if (one.status === "running") return "No step has ended yet.";
  return "No steps were recorded.";
}

/** Files the attempt left behind. */
export function artifactsPanel(artifacts, link) {
  if (artifacts.length === 0) return null;
  return h("section", { class: "panel", key: "artifacts", "aria-label": "Artifacts" },
    h("header", null, h("h2", null, "Artifacts"), h("span", { class: "sub push num" }, artifacts.length)),
    h("ul", { class: "rows" }, artifacts.map((one) => h("li", { key: `${one.attempt} ${one.name}`, class: "item" },
      h("span", { class: "faint" }, icon(one.mediaType?.startsWith("image/") ? "i-image" : "i-file")),
      h("a", { class: "grow clip", href: link(one), download: one.name.split("/").at(-1), title: one.name }, one.name),
      h("span",
        { class: "num faint small",
          title: one.droppedBytes ? `${one.droppedBytes.toLocaleString()} bytes were not kept` : null },
        one.droppedBytes ? `first ${size(one.bytes)}` : size(one.bytes)),
      isViewable(one) && button("View", () => openArtifact(one, link(one)), { kind: "ghost small", "aria-label": `View ${one.name}` })))));
}
