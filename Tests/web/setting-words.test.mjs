import assert from "node:assert/strict";
import { test } from "node:test";
import { inWords, SETTINGS, sourceWord } from "../../web/js/setting-words.js";

test("a setting is said in the unit that people think in", () => {
  assert.equal(inWords("timeoutMs", 1_800_000), "30 min");
  assert.equal(inWords("timeoutMs", 100_000), "1.667 min");
  assert.equal(inWords("stepTimeoutMs", 300_000), "300 s");
  assert.equal(inWords("progressMs", 250), "0.25 s");
  assert.equal(inWords("concurrency", 10_000), "10,000 cases");
  assert.equal(inWords("keepRunsDays", 0), "for ever");
  assert.equal(inWords("keepRunsDays", 180), "180 days");
});

test("retry says how often and after what, or never", () => {
  assert.equal(inWords("retry", { maxAttempts: 3, on: [] }), "never");
  assert.equal(inWords("retry", { maxAttempts: 2, on: ["failed", "timeout"] }), "up to 2 tries when it failed or ran out of time");
});

test("every source has a word, and bounds are those of the unit", () => {
  for (const from of ["system", "project", "suite", "case", "request"]) assert.match(sourceWord(from), /^by /);
  assert.equal(SETTINGS.timeoutMs.most / SETTINGS.timeoutMs.per, 86_400_000);
});
