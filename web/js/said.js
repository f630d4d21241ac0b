import { duration } from "./format.js";
import { COUNTED, counted, isBad, word } from "./words.js";

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

/** The name of who did something; older answers give the bare name. */
export const person = (by) => (typeof by === "string" ? by : by?.name ?? "");

/** "cancelled by Ines: “wrong ref”". */
export function cancelled(execution) {
  const by = person(execution.cancelledBy);
  const head = by ? `cancelled by ${by}` : "cancelled";
  if (execution.cancelReason) return `${head}: “${execution.cancelReason}”`;
  return execution.reason === "suiteStopped" ? "not started, the suite stopped" : head;
}

const REASONS = {
  agentLost: "agent lost", agent_lost: "agent lost", suiteStopped: "the suite stopped", stepFailed: "a step failed",
  executionTimeout: "time limit reached", secretMissing: "a secret is gone",
  definitionMissing: "the definition is gone",
};

/** A reason word of the API as people read it. */
export const reason = (text) => REASONS[text]
  ?? (text ?? "").replace(/_/g, " ").replace(/([a-z])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`);

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

/** Counts for a legend: [[status, number, word]]. */
export const legend = (counts) => COUNTED.filter((status) => counts?.[status]).map((status) => [status, counts[status],
  word(status).toLowerCase()]);
