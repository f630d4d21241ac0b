import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { judged, ruleSentence } from "../../web/js/rule-words.js";
import { about, failureOf, stateOf } from "../../web/js/sent.js";

const RULE = { threshold: 0.9, window: { runs: 10 }, minimumSamples: 3 };

test("a rule reads as a sentence, and says nothing while something is missing", () => {
  assert.match(ruleSentence(RULE, "Smoke"), /^Opens when fewer than 90.% of the last 10 runs of Smoke passed, as soon as there are 3\.$/);
  assert.match(ruleSentence({ threshold: 1, window: { runs: 1 } }, "S"), /the last 1 run of S passed\.$/);
  assert.match(ruleSentence({ threshold: 0.5, window: { runs: 2 } }, "S"), /as soon as there are 2\.$/);
  for (const wrong of [{ ...RULE, threshold: "x" }, { ...RULE, window: {} }, {}]) assert.equal(ruleSentence(wrong, "S"), null);
  assert.equal(ruleSentence(RULE, undefined), null);
});

test("the present is judged over the newest verdicts; cancelled and aborted runs say nothing", () => {
  const history = ["failed", "passed", "cancelled", "passed", "aborted", "timeout"];
  assert.deepEqual(judged(RULE, history), { samples: 4, passed: 2, isBreach: true });
  assert.deepEqual(judged({ ...RULE, threshold: 0.5 }, history), { samples: 4, passed: 2, isBreach: false });
  assert.deepEqual(judged({ threshold: 0.9, window: { runs: 2 } }, history), { samples: 2, passed: 1, isBreach: true });
  assert.equal(judged(RULE, ["passed", "failed", "cancelled"]), null);
});

test("every reason that the server knows is a sentence", () => {
  const swift = readFileSync(new URL("../../Sources/Transfer/TransferError.swift", import.meta.url), "utf8");
  const reasons = swift.split("package let reason")[0].match(/case (\w+)/g).map((one) => one.slice(5));
  assert.ok(reasons.length > 10);
  for (const reason of reasons) {
    assert.match(failureOf(reason, "The server said 550."), /^[A-Z].* .*\.$/, reason);
    if (reason !== "mailRejected") assert.notEqual(failureOf(reason), reason);
  }
  assert.equal(failureOf("http503"), "The receiver answered 503.");
  assert.equal(failureOf("unheardOf"), "unheardOf");
  assert.equal(failureOf(null), "");
});

test("a message that failed before and waits is tried again", () => {
  assert.deepEqual(stateOf({ state: "pending", tries: 0 }), ["pending", "Waiting"]);
  assert.deepEqual(stateOf({ state: "pending", tries: 2 }), ["retrying", "Trying again"]);
  assert.deepEqual(stateOf({ state: "gaveUp", tries: 8 }), ["failed", "Given up"]);
  assert.equal(about({ event: "alert.opened" }), "Alert opened");
  assert.equal(about({ occasion: "test" }), "Test");
});
