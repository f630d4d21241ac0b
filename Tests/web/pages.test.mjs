import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { SHAPES } from "../../web/js/icons.js";
import { addressOf, entriesOf, findPage, PAGES } from "../../web/js/pages.js";
import { mayRole, ROLES } from "../../web/js/roles.js";

test("a page is found by each of its addresses, and stays the same page in all of them", () => {
  const run = findPage("/p/demo/runs/12");
  const inside = findPage("/p/demo/runs/12/cases/a-key");
  assert.equal(run.page, inside.page);
  assert.equal(run.same, "/p/demo/runs/12");
  assert.equal(inside.same, run.same);
  assert.deepEqual({ ...inside.params }, { project: "demo", number: "12", key: "a-key" });
  assert.notEqual(findPage("/p/demo/runs/13").same, run.same);
  assert.equal(findPage("/p/demo/nothing"), null);
});

test("entries of the side bar lead to pages, have icons that exist, and hide what a role may not do", () => {
  for (const page of PAGES.filter((one) => one.label)) {
    assert.equal(findPage(addressOf(page, "demo project")).page, page, page.label);
    assert.ok(SHAPES[page.icon], `${page.label}: ${page.icon}`);
    assert.ok(page.area, page.label);
  }
  const areas = PAGES.filter((one) => one.label).map((one) => one.area);
  assert.equal(new Set(areas).size, areas.length);
  for (const page of PAGES.filter((one) => !one.open)) assert.ok(areas.includes(page.area), String(page.at));
  assert.deepEqual(entriesOf("work", () => false).map((one) => one.area).slice(0, 2), ["runs", "suites"]);
  const keys = PAGES.map((one) => one.key).filter(Boolean);
  assert.equal(new Set(keys).size, keys.length);
});

test("roles may here what they may on the server", () => {
  const swift = readFileSync(new URL("../../Sources/Domain/Identity/Role.swift", import.meta.url), "utf8");
  const sets = {};
  for (const [, name, from, words] of swift.matchAll(/static let (\w+): Set<Permission> = ([^[]*)\[([^\]]*)\]/g)) {
    sets[name] = new Set(words.match(/\w+/g));
    for (const other of from.match(/\w+/g) ?? []) for (const one of sets[other] ?? []) sets[name].add(one);
  }
  const cases = { viewer: "viewing", qa_engineer: "testing", dev_lead: "leading", product_owner: "owning",
    test_manager: "managing" };
  assert.deepEqual(Object.keys(sets).sort(), Object.values(cases).sort());
  for (const [role, name] of Object.entries(cases)) assert.deepEqual(new Set(ROLES[role]), sets[name], role);
  assert.deepEqual(ROLES.ci, swift.match(/case \.ci: \[([^\]]*)\]/)[1].match(/\w+/g));
  assert.ok(mayRole("test_manager", "manageChannels") && !mayRole("viewer", "manageChannels"));
  assert.ok(!mayRole(undefined, "read"));
});
