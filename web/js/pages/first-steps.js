import { call, get, post } from "../api.js";
import { copyRow, refused } from "../actions.js";
import { LivePage } from "../live-page.js";
import { h } from "../render.js";
import { button, status, time } from "../parts.js";
import { to } from "../router.js";
import { may } from "../session.js";
import { openStart } from "../start-run.js";
import { isFinal, many, word } from "../words.js";

/** What a project begins with: one case that passes anywhere, and a suite of it. */
const EXAMPLE = {
  testCases: [{ key: "hello", name: "Say hello", type: "generic", tags: ["first"],
    steps: [{ name: "say hello", command: { argv: ["echo", "hello"] }, expect: { stdout: { contains: "hello" } } }] }],
  testSuites: [{ key: "first", name: "First suite", cases: ["hello"] }],
};
const AN_HOUR_MS = 3_600_000;

/** The way to a first green run in an empty project: each step ticks itself off from what the server says. */
export default class FirstStepsPage extends LivePage {
  #agents = []; #suites = []; #run = null; #isGreen = false; #token = null; #isBusy = false;
  #again = this.spaced(() => this.reload(), 500);

  start() {
    this.shell.title("First steps");
    this.shell.top({ title: "First steps" });
    super.start();
  }

  async load(signal) {
    const query = { project: this.project, limit: 1 };
    const [agents, suites, runs, green] = await Promise.all([get("/agents", { project: this.project }, signal),
      get("/test-suites", query, signal), get("/executions", query, signal),
      get("/executions", { ...query, status: "passed" }, signal)]);
    this.#agents = agents.data.items.filter(({ state }) => state === "online");
    this.#suites = suites.data.items;
    this.#run = runs.data.items[0] ?? null;
    this.#isGreen = green.data.items.length > 0;
    return runs.feed;
  }

  take(type, data) {
    if (type.startsWith("agent.") || (data.execution === data.root && type !== "execution.progress")) this.#again();
  }

  content() {
    return this.instead("The first steps could not be loaded", 3) ?? [
      this.stale("This may be out of date"),
      h("ol", { class: "stack guide", key: "guide", "aria-label": "First steps" },
        this.#step("agent", "An agent that runs tests", this.#agents.length > 0, this.#agent()),
        this.#step("catalog", "Something to test", this.#suites.length > 0, this.#catalog()),
        this.#step("run", "A first green run", this.#isGreen, this.#first())),
      this.#agents.length > 0 && this.#suites.length > 0 && this.#isGreen && h("p", { class: "line", role: "status", key: "done" },
        h("span", null, "Everything stands. "), h("a", { class: "btn", href: to`/p/${this.project}/runs` }, "Go to runs"),
        h("a", { class: "btn", href: to`/p/${this.project}/cases` }, "Write a case of your own")),
    ];
  }

  #step(name, title, isDone, body) {
    return h("li", { key: name, class: "panel", "data-step": name, "data-done": String(isDone) },
      h("div", { class: "body line guidestep" }, status(isDone ? "passed" : "pending", { size: "l", label: false }),
        h("div", { class: "grow stack" }, h("h2", null, title, h("span", { class: "sr" }, isDone ? ", done" : ", to do")), body)));
  }

  #agent() {
    if (this.#agents.length > 0) {
      return h("p", { class: "dim" }, `${many(this.#agents.length, "agent")} online: ${this.#agents.map(({ name }) => name).join(", ")}.`);
    }
    const words = h("p", { class: "dim" }, "A machine of yours runs the tests. It fetches its work; nothing has to reach it.");
    if (!may(this.project, "enrolAgents")) return [words, h("p", { class: "dim" }, "A test manager can enrol one.")];
    if (!this.#token) return [words, h("p", null, button("Make a command", () => this.#enrol(), { kind: "primary", disabled: this.#isBusy }))];
    return [words, copyRow({ label: "Command", value: `ASSAY_AGENT_URL=${location.origin} `
      + `ASSAY_AGENT_ENROLMENT_TOKEN=${this.#token.token} assay-agent` }),
    h("p", { class: "small dim" }, "It works once, until ", time(this.#token.expiresAt), ". This step is done as soon as the agent is there.")];
  }

  #catalog() {
    if (this.#suites.length > 0) return h("p", { class: "dim" }, "There is a suite: ",
      h("a", { class: "link", href: to`/p/${this.project}/suites` }, this.#suites[0].name), ".");
    if (!may(this.project, "editCatalog")) return h("p", { class: "dim" }, "Somebody who writes tests can add a suite.");
    return [h("p", { class: "dim" }, "Cases are steps, suites are cases. The example is one case that says hello, and a suite of it."),
      h("details", { class: "small" }, h("summary", null, "What is added"),
        h("pre", { class: "payload", tabindex: "0", role: "region", "aria-label": "The example" }, JSON.stringify(EXAMPLE, null, 2))),
      h("p", { class: "line" }, button("Add the example", () => this.#apply(), { kind: "primary", disabled: this.#isBusy }),
        h("a", { class: "btn", href: `${to`/p/${this.project}/cases`}/+` }, "Write a case"))];
  }

  #first() {
    const run = this.#run;
    const said = run && h("p", null, h("a", { class: "line", href: to`/p/${this.project}/runs/${run.number}` },
      status(run.status, { label: false }), `Run #${run.number} of ${run.name}: ${word(run.status).toLowerCase()}`));
    if (this.#isGreen || (run && !isFinal(run.status))) return said;
    return [said ?? h("p", { class: "dim" }, "Start the suite and watch its steps while they happen."),
      may(this.project, "startExecution") && h("p", null, button("Start run", () => openStart(this.project),
        { kind: "primary", icon: "i-play", disabled: this.#suites.length === 0 }))];
  }

  #enrol() {
    return this.#do("The command could not be made", async () => {
      this.#token = (await post("/agents/enrolment-tokens", { project: this.project, expiresInMs: AN_HOUR_MS })).data;
    });
  }

  #apply() {
    return this.#do("The example could not be added", async () => {
      await call("POST", "/catalog/apply", { query: { project: this.project }, body: EXAMPLE });
      await this.reload();
    });
  }

  async #do(title, work) {
    this.#isBusy = true;
    this.redraw();
    try { await work(); } catch (problem) { refused(title, problem); }
    this.#isBusy = false;
    this.redraw();
  }
}
