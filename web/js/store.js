import { isFinal } from "./words.js";

/** The executions a page knows, kept true by events. Each event counts once, by its sequence in its execution. */
export class Store {
  #known = new Map();

  get(id) { return this.#known.get(id); }

  all() { return [...this.#known.values()]; }

  clear() { this.#known.clear(); }

  /** Takes what the server answered, unless events have already told something newer. Answers the kept object. */
  put(fresh) {
    const old = this.#known.get(fresh.id);
    if (!old) {
      this.#known.set(fresh.id, fresh);
      return fresh;
    }
    const newer = old.seq > fresh.seq;
    for (const [name, value] of Object.entries(fresh)) {
      // Fields that only some answers carry are welcome even from an older one.
      if (!newer || old[name] === undefined || name === "children") old[name] = value;
    }
    return old;
  }

  /** Applies one event. Answers the execution when something changed, null when it is unknown or already counted. */
  apply(type, event) {
    const execution = this.#known.get(event.execution);
    if (!execution || event.seq <= execution.seq) return null;
    execution.seq = event.seq;
    FOLD[type]?.(execution, event);
    return execution;
  }
}

const FOLD = {
  "execution.queued": (execution, event) => {
    execution.status = event.to;
    execution.queuedAt = event.at;
    execution.waitSentence = undefined;
  },
  "execution.started": (execution, event) => {
    execution.status = event.to;
    execution.startedAt ??= event.at;
    execution.attempt = event.attempt ?? execution.attempt;
    execution.agent = event.agent ?? null;
    execution.attemptStartedAt = event.at;
    execution.step = null;
  },
  "execution.progress": (execution, event) => {
    if (event.counts) execution.counts = { ...execution.counts, ...event.counts };
    if (event.step) execution.step = event.step;
  },
  "execution.imported": (execution, event) => {
    execution.counts = { ...execution.counts, ...event.counts };
  },
  "execution.steps": (execution, event) => {
    execution.stepCount = Math.max(execution.stepCount ?? 0, event.lastSeq);
    if (execution.step && execution.step.sequence <= event.lastSeq) execution.step = null;
  },
  "execution.cancelRequested": (execution, event) => {
    execution.cancelRequestedAt = event.at;
    execution.cancelledBy = event.by ?? null;
    execution.cancelReason = event.reason ?? null;
  },
  "execution.retrying": (execution, event) => {
    execution.status = event.to;
    execution.why = execution.reason = event.why;
    execution.notBefore = event.notBefore ?? null;
    execution.step = null;
  },
  "execution.finished": (execution, event) => {
    if (event.counts) execution.counts = { ...execution.counts, ...event.counts };
    // The edge that a retry follows in the same moment is not an outcome.
    if (event.final === false) return;
    execution.status = isFinal(event.status) ? event.status : event.to;
    execution.finishedAt = event.at;
    execution.totalDurationMs = event.durationMs ?? execution.totalDurationMs;
    // What passed in the end keeps the reason of its last retry, as the answers do.
    if (execution.status !== "passed") execution.reason = event.why ?? execution.reason;
    execution.error = event.error ?? execution.error;
    execution.step = null;
    execution.freshUntil = Date.now() + 700;
  },
};
