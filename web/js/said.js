import { duration } from "./format.js";
import { h } from "./render.js";
import { me } from "./session.js";
import { COUNTED, counted, isBad, look, word } from "./words.js";

/** Sentences about executions, the same on every page. */

/** Cases that have an outcome, of all. */
export function done(counts) {
  if (!counts?.total) return 0;
  return counts.total - (counts.pending ?? 0) - (counts.running ?? 0) - (counts.retrying ?? 0);
}

/** "2 failed, 1 timed out", or "". */
export function bad(counts) {
  const wrong = COUNTED.filter((status) => isBad(status) && counts?.[status]);
  return wrong.map((status) => counted(counts[status], status)).join(", ");
}

/** The same as pieces of one colour each: a time-out is not a failure. */
export const badParts = (counts) => COUNTED.filter((status) => isBad(status) && counts?.[status]).map((status, at) =>
  [at > 0 && ", ", h("span", { class: status }, counted(counts[status], status))]);

const BARE_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-/;

/** The name of who did something: events give the name, answers may give only an id, which nobody wants to read. */
export function person(by) {
  const text = typeof by === "string" ? by : by?.name ?? "";
  if (!BARE_ID.test(text)) return text;
  return text === me()?.id ? me().name : "";
}

/** "cancelled by Ines: “wrong ref”". */
export function cancelled(execution) {
  const by = person(execution.cancelledBy);
  const head = by ? `cancelled by ${by}` : "cancelled";
  if (execution.cancelReason) return `${head}: “${execution.cancelReason}”`;
  return execution.reason === "suiteStopped" ? "not started, the suite stopped" : head;
}

const REASONS = {
  agent_lost: "agent lost", suiteStopped: "the suite stopped", step_failed: "a step failed",
  step_timeout: "a step took too long", execution_timeout: "time limit reached", secret_gone: "a secret is gone",
  definition_gone: "the definition is gone",
};

/** Words that say no more than the status beside them. */
const SILENT = ["started", "concluded", "passed", "failed", "timeout", "cancelled", "aborted"];

/** A reason word of the API as people read it; "" when it adds nothing. */
export function reason(text) {
  if (!text || SILENT.includes(text)) return "";
  return REASONS[text] ?? text.replace(/_/g, " ").replace(/([a-z])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`);
}

/** Why a case is as it is, in one line; "" when its status says all. */
export function why(execution) {
  if (execution.status === "cancelled") {
    const text = cancelled(execution);
    return text === "cancelled" ? "" : text;
  }
  if (execution.status === "retrying") {
    return [reason(execution.why), `attempt ${execution.attempt ?? 1}`].filter(Boolean).join(", ");
  }
  if (!isBad(execution.status)) return "";
  return execution.error?.message ?? reason(execution.reason);
}

/** Milliseconds a running or waiting execution has taken so far, or took. */
export function took(execution, now) {
  if (execution.finishedAt) return execution.totalDurationMs
    ?? Date.parse(execution.finishedAt) - Date.parse(execution.startedAt ?? execution.createdAt);
  const from = execution.startedAt ?? execution.queuedAt ?? execution.createdAt;
  return now - Date.parse(from);
}

/** Took or so far, as text. */
export const tookText = (execution, now) => duration(took(execution, now), { whole: !execution.finishedAt });

/** How many of a list that keeps its order are what its heading says: "3", or "3, 1 no longer". */
export function stillSo(items, fits, more = "") {
  const here = items.filter(fits).length;
  const gone = items.length - here;
  return `${here.toLocaleString()}${more}${gone > 0 ? `, ${gone.toLocaleString()} no longer` : ""}`;
}

/** Counts with the flaky ones, which only the cases themselves tell, taken out of the passed ones. */
export function withFlaky(counts, cases) {
  const flaky = cases.filter((one) => look(one) === "flaky").length;
  return flaky > 0 ? { ...counts, flaky, passed: Math.max(0, (counts.passed ?? 0) - flaky) } : counts;
}

/** Counts for a legend: [[status, number, word]]. */
export const legend = (counts) => COUNTED.filter((status) => counts?.[status]).map((status) => [status, counts[status],
  word(status).toLowerCase()]);
