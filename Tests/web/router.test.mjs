import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { cameFromHere, go, match, safePath, startRouter, to, withQuery } from "../../web/js/router.js";

let told; let entries; let clicked;
const page = globalThis;

/** The parts of a window that the router touches. */
beforeEach(() => {
  told = [];
  entries = 1;
  page.location = new URL("http://assay.test/p/demo/runs?status=failed");
  const move = (state, url) => { page.location = new URL(url); page.history.state = state; };
  page.history = { state: null, replaceState: (state, _, url) => move(state, url),
    pushState: (state, _, url) => { entries += 1; move(state, url); } };
  page.addEventListener = () => {};
  page.scrollY = 0;
  page.document = { addEventListener: (_, work) => { clicked = work; } };
  startRouter((url) => told.push(url.pathname + url.search));
});

afterEach(() => { for (const name of ["location", "history", "addEventListener", "document", "scrollY"]) delete page[name]; });

const click = (href, more = {}) => {
  const event = { button: 0, prevented: false, preventDefault() { this.prevented = true; }, ...more,
    target: { closest: () => ({ href, hasAttribute: (name) => more.download && name === "download", target: more.window }) } };
  clicked(event);
  return event.prevented;
};

test("patterns name the pieces of a path, decoded", () => {
  assert.deepEqual(match("/p/:project/runs/:number", "/p/demo/runs/7/"), { project: "demo", number: "7" });
  assert.deepEqual(match("/p/:project", "/p/a%2Fb"), { project: "a/b" });
  assert.deepEqual(match("/p/:project", "/p/100%"), { project: "100%" });
  for (const other of ["/p/demo", "/p/demo/runs/7/cases", "/x/demo/runs/7", "/p//runs/7"]) {
    assert.equal(match("/p/:project/runs/:number", other), null, other);
  }
});

test("addresses escape what is put in", () => {
  assert.equal(to`/p/${"a/b"}/runs/${7}?`, "/p/a%2Fb/runs/7?");
});

test("the present address is told first, then every change of it", () => {
  go("/p/demo/suites");
  assert.deepEqual(told, ["/p/demo/runs?status=failed", "/p/demo/suites"]);
});

test("opening pushes an entry, refining replaces it, staying does nothing", () => {
  go("/p/demo/suites");
  assert.equal(entries, 2);
  go("/p/demo/suites?q=x", { replace: true });
  assert.equal(entries, 2);
  go("/p/demo/suites?q=x");
  assert.equal(entries, 2);
  assert.equal(told.length, 3);
  assert.ok(cameFromHere());
});

test("a query is changed key by key and stays readable", () => {
  assert.equal(withQuery({ status: "failed,timeout", branch: "a b" }), "/p/demo/runs?status=failed,timeout&branch=a+b");
  assert.equal(withQuery({ status: null }), "/p/demo/runs");
  assert.equal(withQuery({ step: 3 }, "/p/demo/runs/7"), "/p/demo/runs/7?status=failed&step=3");
});

test("only paths of this site are gone to after logging in", () => {
  assert.equal(safePath("/p/demo/runs?x=1"), "/p/demo/runs?x=1");
  for (const other of ["//evil.test", "/\\evil.test", "https://evil.test", "/login?next=/", "", null]) {
    assert.equal(safePath(other), "/", String(other));
  }
});

test("a plain click on a link of the site stays in the page", () => {
  assert.ok(click("http://assay.test/p/demo/alerts"));
  assert.equal(told.at(-1), "/p/demo/alerts");
});

test("other clicks are the browser's", () => {
  const link = "http://assay.test/p/demo/alerts";
  for (const more of [{ ctrlKey: true }, { metaKey: true }, { shiftKey: true }, { altKey: true }, { button: 1 },
    { defaultPrevented: true }, { download: true }, { window: "_blank" }]) {
    assert.equal(click(link, more), false, JSON.stringify(more));
  }
  assert.equal(click("http://other.test/p/demo/alerts"), false);
  assert.equal(click("http://assay.test/api/v1/executions/1/artifacts/log"), false);
  assert.equal(told.length, 1);
});
