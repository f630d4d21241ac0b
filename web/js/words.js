/** The words and shapes of every status; see the status language in docs/web.md. */
const WORDS = {
  pending: "Waiting", running: "Running", retrying: "Retrying", passed: "Passed", failed: "Failed",
  timeout: "Timed out", cancelled: "Cancelled", aborted: "Aborted", skipped: "Skipped", error: "Failed",
  blocked: "Blocked", lost: "Agent lost", flaky: "Flaky",
};

/** What an attempt or a step may say, drawn with the shape of the status that means the same. */
const SHAPE = { error: "failed", lost: "aborted", blocked: "timeout" };

/** Legend order: outcomes first, then what is still to come. */
export const COUNTED = ["passed", "flaky", "failed", "timeout", "aborted", "cancelled", "skipped", "running", "retrying", "pending"];

export const word = (status) => WORDS[status] ?? status;
export const shape = (status) => SHAPE[status] ?? (WORDS[status] ? status : "pending");

/** How an execution is shown: one that passed only on a later attempt, and not because an agent was lost, is flaky. */
export function look({ status, attempt, reason }) {
  return status === "passed" && (attempt ?? 1) > 1 && reason !== "agent_lost" ? "flaky" : status;
}

export const isFinal = (status) => ["passed", "failed", "timeout", "cancelled", "aborted", "skipped"].includes(status);
export const isBad = (status) => ["failed", "timeout", "aborted", "error", "lost"].includes(status);
export const isGoing = (status) => status === "running" || status === "retrying";

/** Whether a run has cases of its own: a suite, or what came from a file. */
export const hasCases = ({ kind }) => kind !== "case";

/** Which of the lists of the runs page a status belongs to. */
export function groupOf(status) {
  if (isFinal(status)) return "finished";
  return status === "pending" ? "waiting" : "running";
}

/** A count with its word: "3 failed", "1 timed out". */
export const counted = (number, status) => `${number.toLocaleString()} ${word(status).toLowerCase()}`;

/** Singular or plural: `many(1, "case")` is "1 case". */
export const many = (number, noun, nouns = `${noun}s`) => `${number.toLocaleString()} ${number === 1 ? noun : nouns}`;
