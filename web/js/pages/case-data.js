import { get, path } from "../api.js";
import { spaced } from "../frame.js";
import { isWishCut } from "../checks.js";
import { isBad } from "../words.js";

/** What the page knows of the case on screen: attempts, the steps of one of them, artifacts, why it waits. */
export class CaseData {
  attempts = []; steps = []; artifacts = []; waits = ""; problem = null; isLoaded = false;
  #attempt = null; #wanted; #changed; #definition = null; #running = null; #abort = new AbortController();
  #again = spaced(() => this.#loadSteps(), 1000);
  #all = spaced(() => this.load(), 500);

  /** `wanted` is the attempt asked for, or null for the newest; `changed` runs when there is something new to draw. */
  constructor(execution, wanted, changed) {
    this.execution = execution;
    this.#wanted = wanted;
    this.#changed = changed;
  }

  /** The attempt whose steps are shown. */
  get attempt() { return this.attempts.find((one) => one.attempt === this.#attempt) ?? null; }

  /** The step that runs now, when it is the newest attempt that is shown; told by events, after a reload by the trace. */
  get running() {
    if (this.execution.status !== "running" || this.attempt !== this.attempts.at(-1)) return null;
    const step = this.execution.step ?? this.#running;
    return step && !this.steps.some(({ sequence }) => sequence >= step.sequence) ? step : null;
  }

  get failing() { return this.steps.find((step) => isBad(step.status)) ?? null; }

  /** The step as the test case defines it, when the trace could not keep all that it was expected to do. */
  wishOf(step) {
    const wish = this.#definition?.steps?.[Number(step.path) - 1];
    return wish?.name === step.name ? wish : null;
  }

  close() {
    this.#abort.abort();
    this.#again.cancel();
    this.#all.cancel();
  }

  /** Shows another attempt; null follows the newest. */
  choose(attempt) {
    if (attempt === this.#wanted) return;
    this.#wanted = attempt;
    this.load();
  }

  async load() {
    const { id } = this.execution;
    const signal = this.#abort.signal;
    // Nearly always the attempt that the list will name, so its steps are asked for beside the list.
    const likely = Math.min(this.#wanted ?? Infinity, this.execution.attempt || 0) || null;
    try {
      const [attempts, artifacts, waits, found] = await Promise.all([
        get(path`/executions/${id}/attempts`, {}, signal).then(({ data }) => data.items),
        get(path`/executions/${id}/artifacts`, {}, signal).then(({ data }) => data.items),
        this.execution.status === "pending"
          && get(path`/executions/${id}/queue`, {}, signal).then(({ data }) => data.sentence, () => ""),
        likely !== null && this.#trace(likely),
      ]);
      this.attempts = attempts.sort((a, b) => a.attempt - b.attempt);
      this.artifacts = artifacts;
      this.waits = waits || "";
      const newest = this.attempts.at(-1)?.attempt ?? null;
      const next = this.attempts.some((one) => one.attempt === this.#wanted) ? this.#wanted : newest;
      if (next !== this.#attempt) this.steps = [];
      this.#attempt = next;
      if (next !== null) this.#keep(next === likely ? found : await this.#trace(next), next);
      this.problem = null;
    } catch (problem) {
      if (problem.name === "AbortError") return;
      this.problem = problem;
    }
    this.isLoaded = true;
    this.#changed();
    this.#complete();
  }

  async #loadSteps() {
    const attempt = this.#attempt;
    const steps = await this.#trace(attempt).catch(() => null);
    if (!steps) return;
    this.#keep(steps, attempt);
    this.#changed();
    this.#complete();
  }

  /** All steps of an attempt, page by page. */
  async #trace(attempt) {
    const steps = [];
    let after = 0;
    do {
      const { data } = await get(path`/executions/${this.execution.id}/trace`, { attempt, after }, this.#abort.signal);
      steps.push(...data.steps ?? []);
      // By our clock: the agent's may be another.
      this.#running = data.running && { ...data.running, startedAt: new Date(Date.now() - data.running.elapsedMs).toISOString() };
      after = data.nextAfter ?? null;
    } while (after !== null);
    return steps.sort((a, b) => a.sequence - b.sequence);
  }

  #keep(steps, attempt) {
    if (attempt !== this.#attempt) return;
    const last = steps.at(-1)?.sequence ?? 0;
    // Summaries from events may be ahead of the trace.
    this.steps = [...steps, ...this.steps.filter((step) => step.isSummary && step.sequence > last)];
  }

  /** Where the trace keeps less than was wanted, the definition tells the rest. */
  #complete() {
    const isShort = this.steps.some((step) => step.checks?.some((check) => !check.passed && isWishCut(check)));
    if (isShort && !this.#definition) this.#loadDefinition(this.#abort.signal);
  }

  /** The version that ran; without it the error is shown with what the trace holds. */
  async #loadDefinition(signal) {
    const { id, version } = this.execution.definition ?? {};
    if (!id) return;
    const found = await get(path`/test-cases/${id}`, {}, signal).then(({ data }) => data, () => null);
    const older = found && found.version !== version
      && await get(path`/test-cases/${id}/versions`, { limit: 200 }, signal).then(({ data }) => data.items, () => null);
    this.#definition = older ? older.find((one) => one.version === version) ?? null : found;
    this.#changed();
  }

  /** Takes an event of this execution. */
  take(type, data) {
    if (type === "execution.steps") this.#summaries(data);
    else if (type !== "execution.progress") this.#all();
  }

  #summaries({ attempt, steps, at }) {
    if (attempt !== undefined && attempt !== this.#attempt) return this.#all();
    for (const step of steps ?? []) {
      if (this.steps.some((known) => known.sequence === step.sequence)) continue;
      const before = this.steps.at(-1);
      const from = before?.startedAt ? Date.parse(before.startedAt) + (before.durationMs ?? 0)
        : Date.parse(at) - (step.durationMs ?? 0);
      this.steps.push({ ...step, isSummary: true, startedAt: new Date(from).toISOString(),
        error: step.error ? { message: step.error } : null, checks: [] });
    }
    this.#again();
  }
}
