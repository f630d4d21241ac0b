import assert from "node:assert/strict";
import { test } from "node:test";
import { ago, count, dayName, duration, initials, moment, percent, share, size } from "../../web/js/format.js";

// What a reader's own locale writes between digits is not ours to test.
const plain = (text) => text.replaceAll(/[\u202f\u00a0]/g, " ").replace(",", ".");

test("durations change their unit before they would round up to it", () => {
  const told = { 8: "8 ms", 99: "99 ms", 100: "0.10 s", 290: "0.29 s", 994: "0.99 s", 996: "1.0 s", 14_200: "14.2 s",
    59_940: "59.9 s", 60_000: "1:00", 408_000: "6:48", 3_599_999: "59:59", 4_320_000: "1 h 12", 187_200_000: "2 d 4 h" };
  for (const [ms, text] of Object.entries(told)) assert.equal(plain(duration(Number(ms))), text, ms);
  assert.equal(duration(1400, { whole: true }), "1 s");
  assert.equal(duration(-5), "0 ms");
  for (const none of [null, undefined, Number.NaN, Infinity]) assert.equal(duration(none), "");
});

test("sizes and counts stay short", () => {
  assert.deepEqual([0, 999, 84_000, 1_200_000, 12_000_000].map((bytes) => plain(size(bytes))),
    ["0 B", "999 B", "84 kB", "1.2 MB", "12 MB"]);
  assert.equal(plain(count(1_200_000)), "1.2 M");
  assert.equal(count(7), "7");
});

test("a hundred percent is said only when nothing is left", () => {
  assert.equal(plain(percent(999, 1000)), "99 %");
  assert.equal(plain(percent(1000, 1000)), "100 %");
  assert.equal(plain(percent(0, 0)), "0 %");
  assert.equal(plain(share(0.939)), "93.9 %");
});

test("moments say no more than is needed", () => {
  const now = new Date(2026, 10, 24, 15, 0, 0);
  assert.match(moment(new Date(2026, 10, 24, 12, 4).toISOString(), now), /^12:04$/);
  assert.match(moment(new Date(2026, 10, 12, 12, 4).toISOString(), now), /12.*12:04$/);
  assert.match(moment(new Date(2025, 10, 12, 12, 4).toISOString(), now), /2025/);
  assert.equal(dayName(new Date(2026, 10, 24, 0, 0, 1).toISOString(), now), "today");
  assert.equal(dayName(new Date(2026, 10, 23, 23, 59).toISOString(), now), "yesterday");
  assert.equal(ago(new Date(now - 180_000).toISOString(), now.getTime()), "3 min ago");
  assert.equal(ago(new Date(now - 30_000).toISOString(), now.getTime()), "just now");
});

test("initials are two letters of whatever a name is", () => {
  assert.deepEqual(["Ines Maria Kurz", "admin", "  ", null, "é"].map(initials), ["IK", "AD", "?", "?", "É"]);
});
