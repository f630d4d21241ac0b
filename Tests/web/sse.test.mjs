import assert from "node:assert/strict";
import { test } from "node:test";
import { EventReader } from "../../web/js/sse.js";

const TEXT = "event: a\ndata: {\"x\":1}\nid: 7.1\n\n: beat\n\ndata: two\r\ndata: lines\r\n\r\nevent: b\rdata:tight\r\r";
const WANTED = [
  { type: "a", data: '{"x":1}', id: "7.1" }, { type: "message", data: "two\nlines", id: "7.1" },
  { type: "b", data: "tight", id: "7.1" },
];

test("a stream cut at any place reads the same", () => {
  for (let cut = 0; cut <= TEXT.length; cut += 1) {
    const reader = new EventReader();
    // The last line end could still become a pair, so something has to follow.
    const found = [...reader.take(TEXT.slice(0, cut)), ...reader.take(TEXT.slice(cut)), ...reader.take("\n")];
    assert.deepEqual(found, WANTED, `cut at ${cut}`);
  }
});

test("the place to go on from stays until an event brings its own", () => {
  const reader = new EventReader("40");
  assert.equal(reader.take("data: x\n\n")[0].id, "40");
  assert.equal(reader.take("id: 41.2\ndata: x\n\n")[0].id, "41.2");
});

test("an event without data is none", () => {
  assert.deepEqual(new EventReader().take("event: a\n\nid: 3\n\n"), []);
});
