import assert from "node:assert/strict";
import { test } from "node:test";
import { Ticks } from "../../web/js/ticks.js";

const event = (execution, from, to, more) => ({ execution, root: "r", from, to, ...more });
const queue = (ticks, ...ids) => ids.forEach((id) => ticks.apply("execution.queued", event(id, null, "pending")));

test("cases seen being queued keep their place whatever order they run in", () => {
  const ticks = new Ticks([], { total: 3, pending: 3 });
  queue(ticks, "a", "b", "c");
  ticks.apply("execution.started", event("c", "pending", "running"));
  ticks.apply("execution.finished", event("c", "running", "failed"));
  ticks.apply("execution.started", event("a", "pending", "running"));
  assert.deepEqual(ticks.all, ["running", "pending", "failed"]);
  assert.equal(ticks.isGuess, false);
});

test("another case takes the first free tick of the status it leaves, and that is called a guess", () => {
  const ticks = new Ticks(["passed", "running", "running", "pending"], { total: 4 });
  assert.ok(ticks.apply("execution.finished", event("x", "running", "failed")));
  assert.ok(ticks.apply("execution.finished", event("y", "running", "passed")));
  assert.deepEqual(ticks.all, ["passed", "failed", "passed", "pending"]);
  assert.ok(ticks.isGuess);
});

test("cases queued after the list was told follow behind it", () => {
  const ticks = new Ticks(["running"], { total: 2, running: 1, pending: 1 });
  queue(ticks, "b");
  ticks.apply("execution.started", event("b", "pending", "running"));
  ticks.apply("execution.finished", event("b", "running", "timeout"));
  assert.deepEqual(ticks.all, ["running", "timeout"]);
});

test("a case that the list held already does not come twice", () => {
  const ticks = new Ticks(["pending", "pending"], { total: 2, pending: 2 });
  queue(ticks, "a", "b");
  ticks.apply("execution.started", event("a", "pending", "running"));
  ticks.apply("execution.finished", event("a", "running", "passed"));
  assert.deepEqual(ticks.all, ["passed", "pending"]);
});

test("a run that is followed before it is known is completed when it is", () => {
  const ticks = new Ticks();
  queue(ticks, "a", "b");
  ticks.apply("execution.started", event("b", "pending", "running"));
  ticks.complete({ total: 4, pending: 3, running: 1 });
  queue(ticks, "c");
  ticks.apply("execution.started", event("c", "pending", "running"));
  assert.deepEqual(ticks.all, ["pending", "running", "running", "pending"]);
  assert.equal(ticks.isGuess, false);
});

test("a retry is one tick that goes on, not a failure", () => {
  const ticks = new Ticks([], { total: 1, pending: 1 });
  queue(ticks, "a");
  ticks.apply("execution.started", event("a", "pending", "running"));
  assert.equal(ticks.apply("execution.finished", event("a", "running", "failed", { final: false })), false);
  ticks.apply("execution.retrying", event("a", "failed", "retrying"));
  assert.deepEqual(ticks.all, ["retrying"]);
  ticks.apply("execution.started", event("a", "retrying", "running"));
  ticks.apply("execution.finished", event("a", "running", "passed"));
  assert.deepEqual(ticks.all, ["passed"]);
});

test("being made ready again is no new case", () => {
  const ticks = new Ticks([], { total: 2, pending: 2 });
  queue(ticks, "a");
  ticks.apply("execution.queued", event("a", "pending", "pending"));
  queue(ticks, "b");
  ticks.apply("execution.started", event("b", "pending", "running"));
  assert.deepEqual(ticks.all, ["pending", "running"]);
});

test("cases beyond the list are told by their counts", () => {
  const ticks = new Ticks(["passed", "failed"], { total: 5, passed: 2, failed: 2, pending: 1, running: 0 });
  assert.deepEqual(ticks.all, ["passed", "failed", "passed", "failed", "pending"]);
});

test("told which case stands where, a guess is put right, and what events said meanwhile counts", () => {
  const ticks = new Ticks(["running", "running", "pending"], { total: 3, running: 2, pending: 1 });
  ticks.apply("execution.finished", event("b", "running", "failed"));
  assert.deepEqual([ticks.all, ticks.isGuess], [["failed", "running", "pending"], true]);
  ticks.place([{ id: "a", status: "running" }, { id: "b", status: "running" }, { id: "c", status: "pending" }]);
  assert.deepEqual([ticks.all, ticks.isGuess], [["running", "failed", "pending"], false]);
  ticks.apply("execution.started", event("c", "pending", "running"));
  ticks.apply("execution.finished", event("a", "running", "passed"));
  assert.deepEqual([ticks.all, ticks.isGuess], [["passed", "failed", "running"], false]);
});
