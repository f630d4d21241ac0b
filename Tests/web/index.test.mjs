import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

const web = new URL("../../web/", import.meta.url).pathname;
const index = readFileSync(path.join(web, "index.html"), "utf8");

/** A module and all that it imports without waiting for anything. */
function graph(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  const text = readFileSync(path.join(web, file), "utf8");
  for (const [, name] of text.matchAll(/^(?:import|export)\b[^"';]*?["'](\.[^"']+)["'];/gms)) {
    graph(path.join(path.dirname(file), name), found);
  }
  return found;
}

test("all that the page everybody comes to needs is fetched at once, and nothing else", () => {
  const needed = new Set(["js/app.js", "js/pages/runs.js"].flatMap((one) => [...graph(one)]));
  const named = [...index.matchAll(/rel="modulepreload" href="\/v\/0\/([^"]+)"/g)].map(([, file]) => file);
  assert.ok(needed.size > 40, "the graph was not read");
  assert.deepEqual(named.toSorted(), [...needed].filter((one) => one !== "js/app.js").toSorted());
});

test("the document names files only under their hash, and every one is there", () => {
  const files = [...index.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, file]) => file).filter((file) => file !== "/favicon.svg");
  for (const file of files) {
    assert.match(file, /^\/v\/0\//);
    assert.ok(readFileSync(path.join(web, file.replace("/v/0/", ""))).length > 0);
  }
});
