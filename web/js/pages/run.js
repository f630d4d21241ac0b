import { link, path } from "../api.js";
import { focusRow } from "../elements/as-list.js";
import { LiveOutput } from "../live-output.js";
import { LivePage } from "../live-page.js";
import { OutputSearch } from "../output-search.js";
import { h } from "../render.js";
import { bad, done } from "../said.js";
import { go, to } from "../router.js";
import { may } from "../session.js";
import { hasCases, isBad, isFinal, word } from "../words.js";
import { refused } from "../actions.js";
import { notHere } from "./notice.js";
import { CaseData } from "./case-data.js";
import { casePanel } from "./case-panel.js";
import { casesPanel } from "./run-cases.js";
import { asked, meta, progress, tabTitle, title } from "./run-head.js";
import { runKeys } from "./run-keys.js";
import { livePanel } from "./live-panel.js";
import { RunModel } from "./run-model.js";
import { rail } from "./run-rail.js";
import { stepPanel } from "./step-panel.js";

/** One run: how far it is, its cases by urgency, and the case on screen with its evidence. */
export default class RunPage extends LivePage {
  #number; #key = null; #attempt = null; #step = null;
  #run; #data = null; #isMissing = false; #filter = ""; #bad = 0; #isUnsorted = false; #isUnfolded = false; #iconed = null; #live = null;
  #draws = this.spaced(() => this.redraw(), 250);
  #view = { wrap: localStorage.getItem("assay.wrap") === "on", search: "", hit: 0, follow: true }; #hits = new Map(); #inAll = new OutputSearch(() => this.redraw());
  #newCases = this.spaced(() => this.#loadCases({ more: true }).catch(() => {}), 1500);

  constructor(shell, params, url) {
    super(shell, params);
    this.#number = params.number;
    this.#run = new RunModel(params.project, params.number);
    this.#read(params, url);
  }

  start() {
    this.shell.title(`#${this.#number}`);
    super.start();
  }

  update(params, url) {
    this.#read(params, url);
    this.#choose();
    this.redraw();
  }

  stop() {
    super.stop();
    this.#data?.close();
    this.#live?.close();
    this.#inAll.close();
  }

  #read({ key }, url) {
    const number = (name) => Number.parseInt(url.searchParams.get(name), 10) || null;
    this.#key = key ?? null;
    this.#attempt = number("attempt");
    this.#step = number("step");
  }

  async load(signal) {
    const feed = await this.#run.load(signal);
    this.#isMissing = feed === null;
    if (feed === null) return null;
    this.state = "ready";
    if (this.#run.isSuite) await this.#loadCases();
    const before = this.#data;
    this.#choose();
    if (this.#data === before) this.#data?.load();
    return feed;
  }

  #loadCases(how) {
    return this.#run.loadCases(this.signal, () => {
      this.#arrange();
      this.redraw();
    }, how);
  }

  /** Puts the cases in order, unless somebody is pointing at them. */
  #arrange(force = false) {
    this.#isUnsorted = false;
    const list = this.shell.page.querySelector(".casebox");
    this.#run.arrange(!force && (this.isHeld || list?.contains(document.activeElement)));
  }

  /** Follows the address, or the first failure, with what is known of that case. */
  #choose() {
    if (!this.#run.root) return;
    this.#run.choose(this.#key, this.#isRead);
    const one = this.#run.shown;
    if (one && this.#data?.execution === one) return this.#data.choose(this.#attempt);
    this.#data?.close();
    this.#data = one && new CaseData(one, this.#attempt, () => this.redraw());
    this.#data?.load();
    this.#view = { ...this.#view, search: "", hit: 0 };
  }

  take(type, data) {
    const { root, selected } = this.#run;
    if (!root || data.root !== root.id) return;
    const changed = this.#run.apply(type, data);
    if (changed === "unknown" || type === "execution.imported") this.#newCases();
    if (changed === "unknown") return;
    if (!changed) return;
    if (data.execution === selected) this.#data?.take(type, data);
    if (changed !== root && type !== "execution.progress" && type !== "execution.steps") this.#isUnsorted = true;
    if (changed === root && isFinal(changed.status) && type === "execution.finished") {
      // The end takes back the places that cases kept while they came and went.
      this.#isUnsorted = true;
      this.#ended();
    } else this.#news(changed);
    if (!selected || (!this.#key && isBad(changed.status))) this.#choose();
    this.#draws();
  }

  /** Somebody does something with the case on screen, so that another must not take its place. */
  get #isRead() {
    const detail = this.shell.page.querySelector(".detail");
    const marked = getSelection();
    return this.#attempt !== null || this.#step !== null || this.#view.search !== ""
      || Boolean(detail?.contains(document.activeElement))
      || Boolean(detail && !marked.isCollapsed && detail.contains(marked.anchorNode));
  }

  #news(one) {
    const { root } = this.#run;
    const { counts } = root;
    const wrong = (counts?.failed ?? 0) + (counts?.timeout ?? 0) + (counts?.aborted ?? 0);
    if (one !== root && isBad(one.status) && one.freshUntil) {
      this.shell.say(`${one.name} ${word(one.status).toLowerCase()}`, { now: true });
    } else if (counts?.total) {
      const more = wrong > this.#bad ? `, ${wrong - this.#bad} new failed` : "";
      this.shell.say(`${done(counts)} of ${counts.total}${more}`);
    }
    this.#bad = wrong;
  }

  #ended() {
    this.shell.say(`Run ${word(this.#run.root.status).toLowerCase()}. ${bad(this.#run.root.counts)}`, { now: true });
    this.#run.load(this.signal).then(() => this.redraw(), () => {});
  }

  settle() {
    this.#arrange();
    this.redraw();
  }

  isMoving() { return this.#run.root && !isFinal(this.#run.root.status); }

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
    const isRefining = Boolean(this.#key);
    // The address follows a little later: the next key must already start from here.
    this.#run.selected = one.id;
    go(this.#run.href(one), { replace: isRefining });
    this.drawNow();
    focusRow(this.shell.page, one.id);
  }

  async #neighbour(by) {
    try {
      const other = await this.#run.neighbour(by);
      if (other && !this.isStopped) go(to`/p/${this.project}/runs/${other.number}`);
    } catch (problem) {
      refused("The other runs could not be loaded", problem);
    }
  }

  keys() {
    return runKeys({ project: this.project, run: this.#run, data: () => this.#data,
      walk: (by, wanted) => this.#walk(by, wanted), neighbour: (by) => { this.#neighbour(by); },
      arrange: () => { this.#arrange(true); this.redraw(); },
      wrap: () => this.#set({ wrap: !this.#view.wrap }),
      follow: () => (this.#live ? this.#set({ follow: !this.#view.follow }) : false),
      filter: () => this.shell.page.querySelector("[data-filter]") });
  }

  #set(changes) {
    this.#view = { ...this.#view, ...changes };
    if ("wrap" in changes) localStorage.setItem("assay.wrap", changes.wrap ? "on" : "off");
    this.redraw();
  }

  content() {
    if (this.#isUnsorted) this.#arrange();
    const root = this.#run.root;
    this.shell.top({ crumbs: [["Runs", to`/p/${this.project}/runs`]], here: root?.name ?? `#${this.#number}` });
    if (this.#isMissing || (this.state === "error" && this.problem.status === 404)) return notHere(this.shell);
    if (!root) return [h("h1", { class: "sr", key: "h1" }, `#${this.#number}`), this.instead("The run could not be loaded", 6)];
    this.shell.title(tabTitle(root));
    if (root.status !== this.#iconed) this.shell.setIcon((this.#iconed = root.status));
    const now = Date.now();
    const its = { project: this.project, may: may(this.project, "startExecution"), now };
    return [this.stale("The run may be out of date"), title(root, its), meta(root), asked(root),
      hasCases(root)
        && progress(root,
          { cases: this.#run.cases, now, open: (at) => this.#run.cases[at] && this.#open(this.#run.cases[at]) }),
      h("div", { class: hasCases(root) ? "three" : "three two", key: "three", "data-open": this.#key !== null },
        hasCases(root) && this.#cases(now),
        this.#detail(its), rail(root, this.#data, (artifact) => this.#artifact(artifact.name, artifact.attempt)))];
  }

  #cases(now) {
    return casesPanel({ root: this.#run.root, sets: this.#run.sets, get: (id) => this.#run.get(id),
      selected: this.#run.selected, href: (one) => this.#run.href(one),
      filter: this.#filter, filtered: (text) => { this.#filter = text; this.redraw(); },
      hold: (over) => this.hold(over), unfolded: this.#isUnfolded, unfold: () => { this.#isUnfolded = true; this.redraw(); },
      now, loading: this.#run.isLoadingCases });
  }

  #detail(its) {
    const one = this.#run.shown;
    if (!one) return h("div", { class: "stack detail", key: "detail" },
      this.#key && !this.#run.isLoadingCases
        && h("section", { class: "panel" }, h("p", { class: "nomatch" }, "This run has no such case.")));
    const steps = this.#data.steps;
    const chosen = steps.find((each) => each.sequence === this.#step) ?? this.#data.failing;
    const running = chosen ? null : this.#data.running;
    const step = running ?? chosen ?? steps.findLast((each) => each.status !== "skipped") ?? null;
    this.#watch(running, one);
    this.#countAll(step, one);
    return h("div", { class: "stack detail", key: "detail" },
      casePanel({ ...its, may: its.may && this.#run.root.kind !== "import", case: one, data: this.#data, single: this.#run.root.kind === "case",
        step: step?.sequence ?? null, href: (part) => this.#run.href(one, { attempt: this.#attempt, ...part }) }),
      running && livePanel({ step: running, lines: this.#live.lines, now: its.now, ...this.#view, set: (changes) => this.#set(changes) }),
      !running && stepPanel({ step, link: (name) => this.#artifact(name, this.#data.attempt?.attempt), ...this.#view,
        log: (stream) => this.#run.log(one, { attempt: this.#data.attempt?.attempt, step: step?.sequence, stream, q: this.#view.search }),
        hits: this.#hits, inAll: this.#inAll.matches, set: (changes) => this.#set(changes),
        found: (name, count) => {
          if ((this.#hits.get(name) ?? 0) !== count) { this.#hits.set(name, count); this.redraw(); } } }));
  }

  /** Lets the server count in what is not here of a step. */
  #countAll(step, { id }) {
    const isCut = Object.values({ ...step?.output, body: step?.output?.response?.body }).some((stream) => stream?.artifact);
    this.#inAll.ask({ id, attempt: this.#data.attempt?.attempt, step: step?.sequence }, isCut ? this.#view.search : "");
  }

  /** Follows what the step on screen prints, and nothing else. */
  #watch(step, { id }) {
    const of = step && { id, attempt: this.#data.attempt?.attempt, step: step.sequence };
    if (of && this.#live?.isOf(of)) return;
    this.#live?.close();
    this.#live = of && new LiveOutput(of, () => this.#draws());
    this.#view.follow = true;
  }

  #artifact(name, attempt) {
    return link(path`/executions/${this.#run.selected}/artifacts/${name}`, { attempt });
  }
}
