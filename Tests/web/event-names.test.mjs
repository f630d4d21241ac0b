import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { EVENT_NAMES } from "../../web/js/event-names.js";

const root = new URL("../../web/js/", import.meta.url);
const files = readdirSync(root, { recursive: true }).map(String)
  .filter((name) => name.endsWith(".js") && !name.endsWith("event-names.js"));

test("every event that a page speaks of is in the one list", () => {
  const known = new Set(EVENT_NAMES);
  let found = 0;
  for (const file of files) {
    for (const [, name] of readFileSync(new URL(file, root), "utf8").matchAll(/"((?:execution|alert|agent)\.\w+)"/g)) {
      found += 1;
      assert.ok(known.has(name), `${name} in ${file}`);
    }
  }
  assert.ok(found > 10, "the files were not read");
});

test("no name stands twice", () => assert.equal(new Set(EVENT_NAMES).size, EVENT_NAMES.length));
