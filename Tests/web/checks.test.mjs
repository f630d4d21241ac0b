import assert from "node:assert/strict";
import { test } from "node:test";
import { checkOf, isWishCut } from "../../web/js/checks.js";

const long = Array.from({ length: 300 }, (_, at) => `line ${at + 1}`).join("\n");
/** As the agent keeps a long matcher: the beginning of its JSON. */
const cutMatcher = (rule, text, at = 1000) => `${JSON.stringify({ [rule]: text }).slice(0, at)}…`;
const output = (text, more) => ({ output: { stdout: { head: text, tail: "", bytes: new TextEncoder().encode(text).length, droppedBytes: 0, ...more } } });

test("a matcher of one rule is said in the label", () => {
  const { label, expected, loose } = checkOf({ kind: "header", target: "Content-Type", expected: { contains: "json" }, actual: "text/html" });
  assert.deepEqual([label, expected, loose], ["Header Content-Type contains", "json", true]);
  assert.deepEqual(checkOf({ kind: "exitCode", expected: 0, actual: 3 }),
    { subject: "Exit code", label: "Exit code", expected: 0, actual: 3, loose: false, cut: [] });
});

test("the beginning of a matcher is unwrapped too, wherever it was cut", () => {
  const text = 'say "hi"\n\tto \u00e9 and \u0001';
  for (let at = 12; at < JSON.stringify({ equals: text }).length; at += 1) {
    const check = { kind: "stdout", expected: cutMatcher("equals", text, at), actual: "x" };
    const { expected, cut } = checkOf(check);
    assert.ok(text.startsWith(expected), `cut at ${at}: ${JSON.stringify(expected)}`);
    assert.deepEqual(cut, ["want"]);
    assert.ok(isWishCut(check));
  }
});

test("both sides are completed from the output and the definition", () => {
  const got = long.replace("line 150", "line 150!");
  const check = { kind: "stdout", expected: cutMatcher("equals", long), actual: `${got.slice(0, 200)}…` };
  const { expected, actual, cut } = checkOf(check, output(got), { expect: { stdout: { equals: long } } });
  assert.deepEqual([expected === long, actual === got, cut], [true, true, []]);
});

test("an output that was not kept whole says so", () => {
  const check = { kind: "stdout", expected: { equals: "x" }, actual: `${long.slice(0, 200)}…` };
  assert.deepEqual(checkOf(check, output(long, { bytes: 90_000 })).cut, ["got"]);
  assert.deepEqual(checkOf(check, output("something else")).cut, ["got"]);
  assert.equal(checkOf(check, output(long, { bytes: 90_000 })).actual, long);
});

test("a definition whose variables may have changed it is not taken for what was wanted", () => {
  const check = { kind: "stdout", expected: cutMatcher("equals", long), actual: "x" };
  for (const wish of [`${long}\${host}`, `other ${long}`, undefined]) {
    assert.deepEqual(checkOf(check, null, { expect: { stdout: { equals: wish } } }).cut, ["want"]);
  }
});
