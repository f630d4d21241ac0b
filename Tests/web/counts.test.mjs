import assert from "node:assert/strict";
import { test } from "node:test";
import { Counts } from "../../web/js/counts.js";

const fresh = () => new Counts({ running: 2, queued: 1, alertsOpen: 0 }, "100");
const event = (position, type, from, to, more = {}) =>
  ({ type: `execution.${type}`, position, data: { execution: "e", root: "e", seq: position, from, to, ...more } });
const after = (...events) => {
  const counts = fresh();
  for (const one of events) counts.apply(one);
  return [counts.known.running, counts.known.queued];
};

test("a run moves from queued to running to gone", () => {
  assert.deepEqual(after(event(101, "queued", null, "pending")), [2, 2]);
  assert.deepEqual(after(event(101, "started", "pending", "running")), [3, 0]);
  assert.deepEqual(after(event(101, "finished", "running", "passed")), [1, 1]);
  assert.deepEqual(after(event(101, "finished", "pending", "cancelled")), [2, 0]);
});

test("a retry stays a run that goes", () => {
  assert.deepEqual(after(event(101, "finished", "running", "failed", { final: false }),
    event(102, "retrying", "failed", "retrying"), event(103, "started", "retrying", "running")), [2, 1]);
});

test("cases of suites do not count", () => {
  assert.deepEqual(after(event(101, "started", "pending", "running", { root: "other" })), [2, 1]);
});

test("what the answer already held, or was told twice, counts once", () => {
  const started = event(101, "started", "pending", "running");
  assert.deepEqual(after(event(100, "finished", "running", "passed"), started, started), [3, 0]);
});

test("events of one position count each", () => {
  assert.deepEqual(after(event(101, "started", "pending", "running", { seq: 2 }),
    event(101, "finished", "running", "passed", { seq: 3 })), [2, 0]);
});
