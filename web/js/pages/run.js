import { link, path } from "../api.js";
import { follow, on } from "../events.js";
import { framed, spaced } from "../frame.js";
import { setPageKeys } from "../keys.js";
import { h, render } from "../render.js";
import { failure, skeleton } from "../parts.js";
import { bad, done } from "../said.js";
import { cameFromHere, go, to } from "../router.js";
import { may } from "../session.js";
import { isBad, isFinal, word } from "../words.js";
import { askCancel, copyLink, refused, retry } from "../actions.js";
import { NoticePage } from "./notice.js";
import { CaseData } from "./case-data.js";
import { casePanel } from "./case-panel.js";
import { casesPanel } from "./run-cases.js";
import { asked, meta, progress, tabTitle, title } from "./run-head.js";
import { RunModel } from "./run-model.js";
import { rail } from "./run-rail.js";
import { stepPanel } from "./step-panel.js";

const AT_REST_MS = 5000;

/** One run: how far it is, its cases by urgency, and the case on screen with its evidence. */
export default class RunPage {
  #shell; #project; #number; #key = null; #attempt = null; #step = null;
  #run; #data = null; #state = "loading"; #problem = null;
  #filter = ""; #held = false; #rest = 0; #bad = 0; #isUnsorted = false; #clock = 0; #stops = []; #turn = 0;
  #view = { wrap: localStorage.getItem("assay.wrap") === "on", search: "", hit: 0 }; #hits = new Map();
  #redraw = framed(() => this.#draw());
  #reloadCases = spaced(() => this.#loadCases().catch(() => {}), 1500);

  constructor(shell, params, url) {
    this.#shell = shell;
    this.#project = params.project;
    this.#number = params.number;
    this.#run = new RunModel(params.project, params.number);
    this.#read(params, url);
  }

  start() {
    this.#shell.title(`#${this.#number}`);
    this.#stops = [on("event", (event) => this.#take(event)), on("reset", () => this.#load())];
    this.#clock = setInterval(() => { if (this.#run.root && !isFinal(this.#run.root.status)) this.#redraw(); }, 1000);
    setPageKeys(this.#keys());
    this.#load();
  }

  update(params, url) {
    this.#read(params, url);
    this.#choose();
    this.#redraw();
  }

  stop() {
    this.#turn += 1;
    this.#stops.forEach((stop) => stop());
    this.#data?.close();
    clearInterval(this.#clock);
    clearTimeout(this.#rest);
    this.#reloadCases.cancel();
  }

  #read({ key }, url) {
    const number = (name) => Number.parseInt(url.searchParams.get(name), 10) || null;
    this.#key = key ?? null;
    this.#attempt = number("attempt");
    this.#step = number("step");
  }

  async #load() {
    const turn = ++this.#turn;
    this.#redraw();
    try {
      const feed = await this.#run.load();
      if (turn !== this.#turn) return;
      if (feed === null) return this.#missing();
      this.#state = "ready";
      if (this.#run.isSuite) await this.#loadCases();
      if (turn !== this.#turn) return;
      follow(this.#project, feed);
      this.#choose();
      this.#data?.load();
    } catch (problem) {
      if (turn !== this.#turn) return;
      if (problem.status === 404) return this.#missing();
      this.#state = "error";
      this.#problem = problem;
    }
    this.#redraw();
  }

  #missing() {
    new NoticePage(this.#shell, {}).start();
    this.#state = "missing";
  }

  #loadCases() {
    const turn = this.#turn;
    return this.#run.loadCases(() => {
      if (turn !== this.#turn) return;
      this.#arrange();
      this.#redraw();
    });
  }

  /** Puts the cases in order, unless somebody is pointing at them. */
  #arrange(force = false) {
    this.#isUnsorted = false;
    const list = this.#shell.page.querySelector(".casebox");
    this.#run.arrange(!force && (this.#held || list?.contains(document.activeElement)));
  }

  /** Follows the address, or the first failure, with what is known of that case. */
  #choose() {
    if (!this.#run.root) return;
    this.#run.choose(this.#key);
    const one = this.#run.shown;
    if (one && this.#data?.execution === one) return this.#data.choose(this.#attempt);
    this.#data?.close();
    this.#data = one && new CaseData(one, this.#attempt, this.#redraw);
    this.#data?.load();
    this.#view = { ...this.#view, search: "", hit: 0 };
  }

  #take({ type, data }) {
    const { root, selected } = this.#run;
    if (!root || data.root !== root.id) return;
    const changed = this.#run.apply(type, data);
    if (changed === "unknown") return this.#reloadCases();
    if (!changed) return;
    if (data.execution === selected) this.#data?.take(type, data);
    if (changed !== root && type !== "execution.progress" && type !== "execution.steps") this.#isUnsorted = true;
    if (changed === root && isFinal(changed.status) && type === "execution.finished") this.#ended();
    else this.#news(changed);
    if (!selected) this.#choose();
    this.#redraw();
  }

  #news(one) {
    const { root } = this.#run;
    const { counts } = root;
    const wrong = (counts?.failed ?? 0) + (counts?.timeout ?? 0) + (counts?.aborted ?? 0);
    if (one !== root && isBad(one.status) && one.freshUntil) {
      this.#shell.say(`${one.name} ${word(one.status).toLowerCase()}`, { now: true });
    } else if (counts?.total) {
      const more = wrong > this.#bad ? `, ${wrong - this.#bad} new failed` : "";
      this.#shell.say(`${done(counts)} of ${counts.total}${more}`);
    }
    this.#bad = wrong;
  }

  #ended() {
    this.#shell.say(`Run ${word(this.#run.root.status).toLowerCase()}. ${bad(this.#run.root.counts)}`, { now: true });
    this.#run.load().then(this.#redraw, () => {});
  }

  #hold(over) {
    clearTimeout(this.#rest);
    if (over) { this.#held = true; return; }
    this.#rest = setTimeout(() => { this.#held = false; this.#arrange(); this.#redraw(); }, AT_REST_MS);
  }

  /** Goes to the next or previous case that `wanted` lets through. */
  #walk(by, wanted = () => true) {
    const order = this.#run.order();
    const at = order.findIndex((one) => one.id === this.#run.selected);
    for (let next = at + by; next >= 0 && next < order.length; next += by) {
      if (wanted(order[next])) return this.#open(order[next]);
    }
    return order.length > 0 ? undefined : false;
  }

  #open(one) {
    go(this.#run.href(one), { replace: Boolean(this.#key) });
    this.#draw();
    for (const list of this.#shell.page.querySelectorAll("as-list")) {
      const row = list.reveal(one.id);
      if (row) return row.querySelector("a").focus({ preventScroll: true });
    }
  }

  async #neighbour(by) {
    try {
      const other = await this.#run.neighbour(by);
      if (other) go(to`/p/${this.#project}/runs/${other.number}`);
    } catch (problem) {
      refused("The other runs could not be loaded", problem);
    }
  }

  #keys() {
    const start = may(this.#project, "start");
    const one = () => this.#run.shown;
    const nth = (number) => {
      const found = this.#data?.attempts.find((each) => each.attempt === number);
      if (!found || this.#data.attempts.length < 2) return false;
      go(this.#run.href(one(), { attempt: number }), { replace: true });
    };
    return [
      { keys: "j or ArrowDown", says: "next case", run: () => this.#walk(1) },
      { keys: "k or ArrowUp", says: "previous case", run: () => this.#walk(-1) },
      { keys: "n", says: "next failure", run: () => this.#walk(1, (each) => isBad(each.status)) },
      { keys: "N", says: "previous failure", run: () => this.#walk(-1, (each) => isBad(each.status)) },
      { keys: "1 or 2 or 3 or 4 or 5 or 6 or 7 or 8 or 9", shown: "1 or 9", says: "attempt, by number",
        run: (event) => nth(Number(event.key)) },
      { keys: "/", says: "filter cases",
        run: () => {
          const field = this.#shell.page.querySelector("[data-filter]");
          if (!field) return false;
          field.focus();
        } },
      { keys: ".", says: "put cases in order again", run: () => { this.#arrange(true); this.#redraw(); } },
      { keys: "w", says: "wrap output", run: () => this.#set({ wrap: !this.#view.wrap }) },
      start
        && { keys: "r", says: "retry this case",
          run: () => { if (!one() || !isFinal(one().status)) return false; retry(this.#project, one()); } },
      start
        && { keys: "R", says: "retry failed cases",
          run: () => {
            if (!isFinal(this.#run.root?.status) || !bad(this.#run.root.counts)) return false;
            retry(this.#project, this.#run.root, { failedOnly: true });
          } },
      start
        && { keys: "c", says: "cancel the run",
          run: () => {
            if (!this.#run.root || isFinal(this.#run.root.status)) return false;
            askCancel(this.#run.root, `${this.#run.root.name} #${this.#run.root.number}`);
          } },
      { keys: "y", says: "copy link", run: () => copyLink() },
      { keys: "[", says: "previous run of this suite", run: () => { this.#neighbour(-1); } },
      { keys: "]", says: "next run of this suite", run: () => { this.#neighbour(1); } },
      { keys: "Escape", says: "back to the runs",
        run: () => (cameFromHere() ? history.back() : go(to`/p/${this.#project}/runs`)) },
    ].filter(Boolean);
  }

  #set(changes) {
    this.#view = { ...this.#view, ...changes };
    if ("wrap" in changes) localStorage.setItem("assay.wrap", changes.wrap ? "on" : "off");
    this.#redraw();
  }

  #draw() {
    if (this.#state === "missing") return;
    if (this.#isUnsorted) this.#arrange();
    const root = this.#run.root;
    this.#shell.top({ crumbs: [["Runs", to`/p/${this.#project}/runs`]], here: root?.name ?? `#${this.#number}` });
    if (!root) return render(this.#shell.page, this.#state === "error"
        ? failure("The run could not be loaded", this.#problem, () => this.#load()) : skeleton(6));
    this.#shell.title(tabTitle(root));
    this.#shell.setIcon(root.status);
    const now = Date.now();
    const its = { project: this.#project, may: may(this.#project, "start"), now };
    render(this.#shell.page, title(root, its), meta(root), asked(root),
      root.kind === "suite"
        && progress(root,
          { cases: this.#run.cases, now, open: (at) => this.#run.cases[at] && this.#open(this.#run.cases[at]) }),
      h("div", { class: root.kind === "suite" ? "three" : "three two", key: "three" },
        root.kind === "suite"
          && casesPanel({ root, sets: this.#run.sets, get: (id) => this.#run.get(id), selected: this.#run.selected,
            href: (one) => this.#run.href(one),
          filter: this.#filter, filtered: (text) => { this.#filter = text; this.#redraw(); },
          hold: (over) => this.#hold(over), now, loading: this.#run.isLoadingCases }),
        this.#detail(its), rail(root, this.#data, (artifact) => this.#artifact(artifact.name, artifact.attempt))));
  }

  #detail(its) {
    const one = this.#run.shown;
    if (!one) return h("div", { class: "stack detail", key: "detail" },
      this.#key && !this.#run.isLoadingCases
        && h("section", { class: "panel" }, h("p", { class: "nomatch" }, "This run has no such case.")));
    const steps = this.#data.steps;
    const step = steps.find((each) => each.sequence === this.#step) ?? this.#data.failing
      ?? steps.findLast((each) => each.status !== "skipped") ?? null;
    return h("div", { class: "stack detail", key: "detail" },
      casePanel({ ...its, case: one, data: this.#data, single: this.#run.root.kind === "case",
        step: step?.sequence ?? null, href: (part) => this.#run.href(one, { attempt: this.#attempt, ...part }) }),
      stepPanel({ step, link: (name) => this.#artifact(name, this.#data.attempt?.attempt), ...this.#view,
        hits: this.#hits, set: (changes) => this.#set(changes),
        found: (name, count) => {
          if ((this.#hits.get(name) ?? 0) !== count) { this.#hits.set(name, count); this.#redraw(); } } }));
  }

  #artifact(name, attempt) {
    return link(path`/executions/${this.#run.selected}/artifacts/${name}`, { attempt });
  }
}
