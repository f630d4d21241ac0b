import assert from "node:assert/strict";
import { test } from "node:test";
import { beside, centred, compare, shortened, textOf } from "../../web/js/diff.js";

const lines = (count, change = {}) => Array.from({ length: count }, (_, at) => change[at + 1] ?? `line ${at + 1}`).join("\n");
const shape = (rows) => rows.map((row) => (row.kind === "skip" ? `skip ${row.rows.length}` : `${row.kind} ${row.text}`));

test("one changed line of 300 stands between two equal ones on either side", () => {
  assert.deepEqual(shape(compare(lines(300), lines(300, { 150: "line 150!" }))), [
    "skip 147", "same line 148", "same line 149", "want line 150", "got line 150!", "same line 151", "same line 152",
    "skip 148",
  ]);
});

test("lines that are missing or added are told as such, with numbers of their own side", () => {
  const rows = compare("a\nb\nc", "a\nc\nd");
  assert.deepEqual(shape(rows), ["same a", "want b", "same c", "got d"]);
  assert.deepEqual(rows.map((row) => row.line), [1, 2, 3, 3]);
});

test("changed lines stand pair by pair with the part that differs marked", () => {
  const rows = compare("total 10 EUR\nx", "total 12 EUR\ny");
  assert.deepEqual(shape(rows), ["want total 10 EUR", "got total 12 EUR", "want x", "got y"]);
  assert.deepEqual(rows[0].mark, [7, 8]);
  assert.deepEqual(rows[1].mark, [7, 8]);
});

test("texts too long to search still show both sides from the first difference on", () => {
  const rows = compare(lines(3000), lines(3000, Object.fromEntries(Array.from({ length: 2900 }, (_, at) => [at + 50, `x${at}`]))));
  assert.deepEqual(shape(rows).slice(0, 5), ["skip 47", "same line 48", "same line 49", "want line 50", "got x0"]);
});

test("a side that was cut is compared as far as it goes", () => {
  assert.deepEqual(shape(compare("a\nb\nc\nd", "a\nX\nc", ["got"])), ["same a", "want b", "got X", "cut What follows was not kept."]);
  assert.deepEqual(shape(compare("a\nb\nc\nd", "a\nb\nc", ["got"])), ["skip 2", "cut The difference is in what was not kept."]);
});

test("equal texts have no differences, and one folded line is just that line", () => {
  assert.deepEqual(shape(compare("a\na\na", "a\na\na")), ["skip 3"]);
  assert.deepEqual(shape(compare("a\nb\nc\nd", "a\nb\nc\nX")), ["same a", "same b", "same c", "want d", "got X"]);
});

test("a short look always holds both sides", () => {
  const rows = beside(lines(40), lines(40));
  assert.deepEqual([...new Set(shortened(rows, 12).map((row) => row.kind))], ["want", "got"]);
  assert.equal(shortened(rows, 12).length, 12);
  assert.equal(shortened(rows.slice(0, 5), 12).length, 5);
});

test("a long line is shown around what differs", () => {
  const text = "x".repeat(5000);
  const [want, got] = compare(`${text}a${text}`, `${text}b${text}`);
  for (const [row, letter] of [[want, "a"], [got, "b"]]) {
    const { text: part, mark, isCut } = centred(row);
    assert.equal(part.slice(...mark), letter);
    assert.ok(part.length <= 240);
    assert.deepEqual(isCut, [true, true]);
  }
  assert.deepEqual(centred({ text: "short", mark: [1, 2] }), { text: "short", mark: [1, 2], isCut: [false, false] });
});

test("values are shown as text", () => {
  assert.deepEqual([textOf("a"), textOf(3), textOf(null), textOf(undefined), textOf({ a: [1] })],
    ["a", "3", "nothing", "nothing", '{\n  "a": [\n    1\n  ]\n}']);
});
