import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "../../web/js/ansi.js";

const lines = (text) => parse(text).map((pieces) => pieces.map(({ text: part, look }) => (look ? `[${look}]${part}` : part)).join(""));

test("colours become classes and run on over line ends until they are reset", () => {
  assert.deepEqual(lines("a \u001b[31mred\nstill\u001b[0m b"), ["a [c-r]red", "[c-r]still b"]);
  assert.deepEqual(lines("\u001b[1;32mok\u001b[22;39m."), ["[c-g c-bold]ok."]);
  assert.deepEqual(lines("\u001b[2mdim\u001b[m"), ["[c-d]dim"]);
});

test("palettes that have no class are passed over", () => {
  assert.deepEqual(lines("\u001b[38;5;31mx\u001b[48;2;1;2;3my"), ["xy"]);
});

test("every other sequence is dropped", () => {
  assert.deepEqual(lines("\u001b[2K\u001b[1;1Hat\u001b]0;title\u0007 \u001b]8;;http://evil\u001b\\link"), ["at link"]);
});

test("a carriage return writes over its line, at the end it is none", () => {
  assert.deepEqual(lines("10 %\r55 %\r100 %\ndone\r\n"), ["100 %", "done"]);
});

test("control characters show as what cannot be shown, markup stays text", () => {
  assert.deepEqual(lines("a\u0000b\u0007 <b>x</b>\t."), ["a\ufffdb\ufffd <b>x</b>\t."]);
});

test("one line end at the end is no line of its own, two are", () => {
  assert.equal(lines("a\n").length, 1);
  assert.equal(lines("a\n\n").length, 2);
  assert.deepEqual(lines(""), [""]);
});
