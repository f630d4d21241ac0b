import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Store } from "../../web/js/store.js";

let store;
const at = "2026-11-24T12:00:00.000Z";
const event = (seq, more) => ({ execution: "e", root: "e", seq, at, ...more });

beforeEach(() => {
  store = new Store();
  store.put({ id: "e", seq: 3, status: "pending", name: "Smoke", attempt: 0, counts: { total: 2, pending: 2 } });
});

test("an event counts when it is newer than what is known, and once", () => {
  assert.equal(store.apply("execution.started", event(3, { to: "running" })), null);
  assert.equal(store.apply("execution.started", event(4, { to: "running", attempt: 1 })).status, "running");
  assert.equal(store.apply("execution.started", event(4, { to: "pending" })), null);
  assert.equal(store.get("e").status, "running");
});

test("an event of an unknown execution changes nothing", () => {
  assert.equal(store.apply("execution.started", { execution: "other", seq: 9 }), null);
  assert.equal(store.all().length, 1);
});

test("an answer older than the events changes only what was not known", () => {
  store.apply("execution.finished", event(7, { to: "passed", durationMs: 5 }));
  const kept = store.put({ id: "e", seq: 5, status: "running", branch: "main" });
  assert.deepEqual([kept.status, kept.branch, kept.seq], ["passed", "main", 7]);
});

test("an answer newer than the events wins, and the object stays the same one", () => {
  const before = store.get("e");
  assert.equal(store.put({ id: "e", seq: 9, status: "failed" }), before);
  assert.deepEqual([before.status, before.seq], ["failed", 9]);
});

test("a failure that a retry follows is not an outcome", () => {
  store.apply("execution.started", event(4, { to: "running", attempt: 1 }));
  store.apply("execution.finished", event(5, { to: "failed", status: "failed", final: false }));
  assert.equal(store.get("e").status, "running");
  store.apply("execution.retrying", event(6, { to: "retrying", why: "step_failed", notBefore: at }));
  assert.deepEqual([store.get("e").status, store.get("e").notBefore], ["retrying", at]);
  store.apply("execution.started", event(7, { to: "running", attempt: 2 }));
  assert.equal(store.get("e").attempt, 2);
});

test("progress changes counts one by one and shows the step that runs until it has ended", () => {
  store.apply("execution.progress", event(4, { counts: { running: 1, pending: 1 }, step: { sequence: 2, name: "log in" } }));
  assert.deepEqual(store.get("e").counts, { total: 2, pending: 1, running: 1 });
  assert.equal(store.get("e").step.name, "log in");
  store.apply("execution.steps", event(5, { firstSeq: 1, lastSeq: 2 }));
  assert.deepEqual([store.get("e").step, store.get("e").stepCount], [null, 2]);
});

test("an end carries its verdict, time, reason and error", () => {
  store.apply("execution.finished",
    event(4, { status: "failed", to: "failed", why: "step_failed", durationMs: 70, error: { message: "no" } }));
  const { status, finishedAt, totalDurationMs, reason, error } = store.get("e");
  assert.deepEqual([status, finishedAt, totalDurationMs, reason, error.message], ["failed", at, 70, "step_failed", "no"]);
});

test("who asked to cancel is kept beside the status", () => {
  store.apply("execution.cancelRequested", event(4, { by: "Ines", reason: "wrong ref" }));
  const { status, cancelledBy, cancelReason, cancelRequestedAt } = store.get("e");
  assert.deepEqual([status, cancelledBy, cancelReason, cancelRequestedAt], ["pending", "Ines", "wrong ref", at]);
});
