import assert from "node:assert/strict";
import { test } from "node:test";
import { LogLines } from "../../web/js/log-lines.js";

const filled = (...pieces) => {
  const lines = new LogLines();
  for (const piece of pieces) lines.add(piece);
  lines.end();
  return lines;
};
const texts = (lines) => Array.from({ length: lines.count }, (_, at) => lines.text(at));

test("lines are whole however the text was cut", () => {
  assert.deepEqual(texts(filled("one\ntw", "o\nth", "ree")), ["one", "two", "three"]);
  assert.deepEqual(texts(filled("a\r\nb\r", "\nc\n")), ["a", "b", "c"]);
  assert.equal(filled("").count, 0);
});

test("a colour runs on to the lines that follow, and is no part of their text", () => {
  const lines = filled("plain\n\u001b[31mred\n", "still\u001b[0m not\nbare");
  assert.deepEqual(lines.pieces(1), [{ text: "red", look: "c-r" }]);
  assert.deepEqual(lines.pieces(2), [{ text: "still", look: "c-r" }, { text: " not", look: "" }]);
  assert.deepEqual(lines.pieces(3), [{ text: "bare", look: "" }]);
  assert.equal(lines.text(2), "still not");
});

test("matches are counted in every line, also two in one, and not in what is not text", () => {
  const lines = filled("Fail fail\nnothing\n\u001b[31mFA\u001b[0mIL\n31m\n");
  assert.deepEqual(lines.find("fail"), [0, 0, 2]);
  assert.deepEqual(lines.find("fail", 1), [2]);
  assert.deepEqual(lines.find("31m"), [3]);
});

test("the first error is the first line that tells of one", () => {
  assert.equal(filled("start\n0 errors so far\nno failures\nTypeError: x is not a function\nerror").firstError(), 3);
  assert.equal(filled("E   assert 1 == 2\n").firstError(), 0);
  assert.equal(filled("terrors\nfailsafe\n").firstError(), -1);
});

test("a long line takes as many rows as its letters need", () => {
  const lines = filled(`${"x".repeat(25)}\n\na\tb\n`);
  assert.deepEqual([lines.rows(0, 10), lines.rows(1, 10), lines.rows(2, 10), lines.rows(2, 8)], [3, 1, 1, 2]);
});
