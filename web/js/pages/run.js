import { all, get, link, path } from "../api.js";
import { follow, on } from "../events.js";
import { framed, spaced } from "../frame.js";
import { setPageKeys } from "../keys.js";
import { h, render } from "../render.js";
import { failure, skeleton } from "../parts.js";
import { bad, done } from "../said.js";
import { cameFromHere, go, to, withQuery } from "../router.js";
import { may } from "../session.js";
import { Store } from "../store.js";
import { isBad, isFinal, isGoing, word } from "../words.js";
import { askCancel, copyLink, refused, retry } from "../actions.js";
import { NoticePage } from "./notice.js";
import { CaseData } from "./case-data.js";
import { casePanel } from "./case-panel.js";
import { casesPanel, setsOf } from "./run-cases.js";
import { asked, meta, progress, tabTitle, title } from "./run-head.js";
import { rail } from "./run-rail.js";
import { stepPanel } from "./step-panel.js";

const AT_REST_MS = 5000;

/** One run: how far it is, its cases by urgency, and the case on screen with its evidence. */
export default class RunPage {
  #shell; #project; #number; #key = null; #attempt = null; #step = null;
  #store = new Store(); #root = null; #cases = []; #sets = []; #selected = null; #data = null;
  #state = "loading"; #problem = null; #loadingCases = false; #filter = ""; #held = false; #rest = 0; #bad = 0;
  #view = { wrap: localStorage.getItem("assay.wrap") === "on", search: "", hit: 0 }; #hits = new Map();
  #clock = 0; #stops = []; #turn = 0;
  #redraw = framed(() => this.#draw());
  #reloadCases = spaced(() => this.#loadCases(), 1500);

  constructor(shell, params, url) {
    this.#shell = shell;
    this.#project = params.project;
    this.#number = params.number;
    this.#read(params, url);
  }

  start() {
    this.#shell.title(`#${this.#number}`);
    this.#stops = [on("event", (event) => this.#take(event)), on("reset", () => this.#load())];
    this.#clock = setInterval(() => { if (this.#root && !isFinal(this.#root.status)) this.#redraw(); }, 1000);
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
      const { data, feed } = await get("/executions", { project: this.#project, number: this.#number, include: "history,counts", limit: 1 });
      if (turn !== this.#turn) return;
      if (data.items.length === 0) return this.#missing();
      this.#root = this.#store.put(data.items[0]);
      this.#state = "ready";
      if (this.#root.kind === "suite") await this.#loadCases();
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

  async #loadCases() {
    const turn = this.#turn;
    this.#loadingCases = true;
    const found = [];
    await all(path`/executions/${this.#root.id}/children`, { sort: "position", limit: 500 }, (items) => {
      for (const item of items) found.push(this.#store.put(item));
      if (turn !== this.#turn || found.length < this.#cases.length) return;
      this.#cases = [...found];
      this.#arrange();
      this.#redraw();
    }).catch((problem) => { if (this.#cases.length === 0) throw problem; });
    this.#loadingCases = false;
  }

  /** Puts the cases in order of urgency, unless somebody is pointing at them. */
  #arrange(force = false) {
    const known = new Set(this.#sets.flatMap((set) => set.ids));
    const list = this.#shell.page.querySelector(".casebox");
    const calm = !this.#held && !list?.contains(document.activeElement);
    if (force || calm || this.#cases.some((one) => !known.has(one.id))) this.#sets = setsOf(this.#cases);
  }

  /** Chooses the case on screen: the one of the address, else the first failure, else what runs, else the first. */
  #choose() {
    if (!this.#root) return;
    let one = this.#root;
    if (this.#root.kind === "suite") {
      one = this.#key ? this.#find(this.#key)
        : this.#store.get(this.#selected) ?? this.#cases.find((each) => isBad(each.status)) ?? this.#cases.find((each) => isGoing(each.status)) ?? this.#cases[0];
    }
    if (!one) { this.#selected = null; this.#data?.close(); this.#data = null; return; }
    if (one.id !== this.#selected || !this.#data) {
      this.#selected = one.id;
      this.#data?.close();
      this.#view = { ...this.#view, search: "", hit: 0 };
      this.#data = new CaseData(one, this.#attempt, this.#redraw);
      this.#data.load();
    } else this.#data.choose(this.#attempt);
  }

  /** A key may stand for several cases of a run (rows of an item): then the position is said too. */
  #find(text) {
    const [, key, position] = /^(.*?)(?:@(\d+))?$/.exec(text);
    return this.#cases.find((one) => one.definition?.key === key && (position === undefined || one.position === Number(position))) ?? null;
  }

  #caseHref(one, { attempt = null, step = null } = {}) {
    const key = one.definition?.key ?? one.name;
    const twice = this.#cases.some((other) => other !== one && other.definition?.key === key);
    const base = this.#root.kind === "suite" ? to`/p/${this.#project}/runs/${this.#number}/cases/${twice ? `${key}@${one.position}` : key}` : to`/p/${this.#project}/runs/${this.#number}`;
    return withQuery({ attempt, step }, base);
  }

  #take({ type, data }) {
    if (!this.#root || data.root !== this.#root.id) return;
    const known = this.#store.apply(type, data);
    if (!this.#store.get(data.execution)) return this.#reloadCases();
    if (!known) return;
    if (data.execution === this.#selected) this.#data?.take(type, data);
    if (known !== this.#root && type !== "execution.progress" && type !== "execution.steps") this.#arrange();
    if (known === this.#root && isFinal(known.status) && type === "execution.finished") this.#ended();
    else this.#news(known);
    if (!this.#selected) this.#choose();
    this.#redraw();
  }

  #news(one) {
    const { counts } = this.#root;
    const wrong = (counts?.failed ?? 0) + (counts?.timeout ?? 0) + (counts?.aborted ?? 0);
    if (one !== this.#root && isBad(one.status) && one.freshUntil) this.#shell.say(`${one.name} ${word(one.status).toLowerCase()}`, { now: true });
    else if (counts?.total) this.#shell.say(`${done(counts)} of ${counts.total}${wrong > this.#bad ? `, ${wrong - this.#bad} new failed` : ""}`);
    this.#bad = wrong;
  }

  #ended() {
    this.#shell.say(`Run ${word(this.#root.status).toLowerCase()}. ${bad(this.#root.counts)}`, { now: true });
    get("/executions", { project: this.#project, number: this.#number, include: "history,counts", limit: 1 })
      .then(({ data }) => { if (data.items[0]) this.#store.put(data.items[0]); this.#redraw(); }, () => {});
  }

  #hold(over) {
    clearTimeout(this.#rest);
    if (over) { this.#held = true; return; }
    this.#rest = setTimeout(() => { this.#held = false; this.#arrange(); this.#redraw(); }, AT_REST_MS);
  }

  #order() { return this.#sets.flatMap((set) => set.ids).map((id) => this.#store.get(id)); }

  /** Goes to the next or previous case that `wanted` lets through. */
  #walk(by, wanted = () => true) {
    const order = this.#order();
    const at = order.findIndex((one) => one.id === this.#selected);
    for (let next = at + by; next >= 0 && next < order.length; next += by) {
      if (wanted(order[next])) return this.#open(order[next]);
    }
    return order.length > 0 ? undefined : false;
  }

  #open(one) {
    go(this.#caseHref(one), { replace: Boolean(this.#key) });
    this.#draw();
    for (const list of this.#shell.page.querySelectorAll("as-list")) {
      const row = list.reveal(one.id);
      if (row) return row.querySelector("a").focus({ preventScroll: true });
    }
  }

  async #neighbour(by) {
    const { definition, kind, number } = this.#root;
    try {
      const { data } = await get("/executions", { project: this.#project, [kind]: definition.key, limit: 100 });
      const others = data.items.filter((run) => (by > 0 ? run.number > number : run.number < number)).sort((a, b) => (a.number - b.number) * by);
      if (others[0]) go(to`/p/${this.#project}/runs/${others[0].number}`);
    } catch (problem) {
      refused("The other runs could not be loaded", problem);
    }
  }

  #keys() {
    const start = may(this.#project, "start");
    const one = () => this.#store.get(this.#selected);
    const nth = (number) => { const found = this.#data?.attempts.find((each) => each.attempt === number); if (!found || this.#data.attempts.length < 2) return false; go(this.#caseHref(one(), { attempt: number }), { replace: true }); };
    return [
      { keys: "j or ArrowDown", says: "next case", run: () => this.#walk(1) },
      { keys: "k or ArrowUp", says: "previous case", run: () => this.#walk(-1) },
      { keys: "n", says: "next failure", run: () => this.#walk(1, (each) => isBad(each.status)) },
      { keys: "N", says: "previous failure", run: () => this.#walk(-1, (each) => isBad(each.status)) },
      { keys: "1 or 2 or 3 or 4 or 5 or 6 or 7 or 8 or 9", shown: "1 or 9", says: "attempt, by number", run: (event) => nth(Number(event.key)) },
      { keys: "/", says: "filter cases", run: () => { const field = this.#shell.page.querySelector("[data-filter]"); if (!field) return false; field.focus(); } },
      { keys: ".", says: "put cases in order again", run: () => { this.#arrange(true); this.#redraw(); } },
      { keys: "w", says: "wrap output", run: () => this.#set({ wrap: !this.#view.wrap }) },
      start && { keys: "r", says: "retry this case", run: () => { if (!one() || !isFinal(one().status)) return false; retry(this.#project, one()); } },
      start && { keys: "R", says: "retry failed cases", run: () => { if (!isFinal(this.#root?.status) || !bad(this.#root.counts)) return false; retry(this.#project, this.#root, { failedOnly: true }); } },
      start && { keys: "c", says: "cancel the run", run: () => { if (!this.#root || isFinal(this.#root.status)) return false; askCancel(this.#root, `${this.#root.name} #${this.#root.number}`); } },
      { keys: "y", says: "copy link", run: () => copyLink() },
      { keys: "[", says: "previous run of this suite", run: () => { this.#neighbour(-1); } },
      { keys: "]", says: "next run of this suite", run: () => { this.#neighbour(1); } },
      { keys: "Escape", says: "back to the runs", run: () => (cameFromHere() ? history.back() : go(to`/p/${this.#project}/runs`)) },
    ].filter(Boolean);
  }

  #set(changes) {
    this.#view = { ...this.#view, ...changes };
    if ("wrap" in changes) localStorage.setItem("assay.wrap", changes.wrap ? "on" : "off");
    this.#redraw();
  }

  #draw() {
    if (this.#state === "missing") return;
    const root = this.#root;
    this.#shell.top({ crumbs: [["Runs", to`/p/${this.#project}/runs`]], here: root?.name ?? `#${this.#number}` });
    if (!root) return render(this.#shell.page, this.#state === "error" ? failure("The run could not be loaded", this.#problem, () => this.#load()) : skeleton(6));
    this.#shell.title(tabTitle(root));
    this.#shell.setIcon(root.status);
    const now = Date.now();
    const its = { project: this.#project, may: may(this.#project, "start"), now };
    render(this.#shell.page, title(root, its), meta(root), asked(root),
      root.kind === "suite" && progress(root, { cases: this.#cases, now, open: (at) => this.#cases[at] && this.#open(this.#cases[at]) }),
      h("div", { class: root.kind === "suite" ? "three" : "three two", key: "three" },
        root.kind === "suite" && casesPanel({ root, sets: this.#sets, get: (id) => this.#store.get(id), selected: this.#selected, href: (one) => this.#caseHref(one),
          filter: this.#filter, filtered: (text) => { this.#filter = text; this.#redraw(); }, hold: (over) => this.#hold(over), now, loading: this.#loadingCases }),
        this.#detail(its), rail(root, this.#data, (artifact) => this.#artifact(artifact.name, artifact.attempt))));
  }

  #detail(its) {
    const one = this.#store.get(this.#selected);
    if (!one) return h("div", { class: "stack detail", key: "detail" }, this.#key && !this.#loadingCases && h("section", { class: "panel" }, h("p", { class: "nomatch" }, "This run has no such case.")));
    const steps = this.#data.steps;
    const step = steps.find((each) => each.sequence === this.#step) ?? this.#data.failing ?? steps.findLast((each) => each.status !== "skipped") ?? null;
    return h("div", { class: "stack detail", key: "detail" },
      casePanel({ ...its, case: one, data: this.#data, single: this.#root.kind === "case", step: step?.sequence ?? null, href: (part) => this.#caseHref(one, { attempt: this.#attempt, ...part }) }),
      stepPanel({ step, link: (name) => this.#artifact(name, this.#data.attempt?.attempt), ...this.#view, hits: this.#hits, set: (changes) => this.#set(changes),
        found: (name, count) => { if ((this.#hits.get(name) ?? 0) !== count) { this.#hits.set(name, count); this.#redraw(); } } }));
  }

  #artifact(name, attempt) {
    return link(path`/executions/${this.#selected}/artifacts/${name}`, { attempt });
  }
}
