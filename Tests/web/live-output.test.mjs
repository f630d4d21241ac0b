import assert from "node:assert/strict";
import { test } from "node:test";
import { LiveLines } from "../../web/js/live-output.js";

const shown = (lines) => lines.rows.map((row) => [row.stream, LiveLines.pieces(row).map(({ text }) => text).join("")]);

test("lines grow as their pieces come, each stream for itself, in the order they began", () => {
  const lines = new LiveLines();
  lines.add("stdout", "one\ntw");
  lines.add("stderr", "bad");
  assert.deepEqual(shown(lines), [["stdout", "one"], ["stdout", "tw"], ["stderr", "bad"]]);
  lines.add("stdout", "o\n");
  lines.add("stdout", "three\n\nfive");
  assert.deepEqual(shown(lines), [["stdout", "one"], ["stdout", "two"], ["stderr", "bad"], ["stdout", "three"], ["stdout", ""],
    ["stdout", "five"]]);
});

test("a colour that was cut in two is one, and runs on in its own stream only", () => {
  const lines = new LiveLines();
  lines.add("stdout", "\u001b[3");
  lines.add("stdout", "1mred\n");
  lines.add("stderr", "plain\n");
  lines.add("stdout", "still\n");
  assert.deepEqual(lines.rows.map((row) => LiveLines.pieces(row)[0].look), ["c-r", "", "c-r"]);
});

test("only the newest lines are kept, and those let go are counted", () => {
  const lines = new LiveLines();
  lines.add("stdout", Array.from({ length: 1500 }, (_, at) => at).join("\n"));
  assert.equal(lines.rows.length, 1000);
  assert.equal(lines.dropped, 500);
  assert.equal(lines.count, 1500);
  assert.deepEqual(shown(lines)[0], ["stdout", "500"]);
});
