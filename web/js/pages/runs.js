import { all, get } from "../api.js";
import { h } from "../render.js";
import { button } from "../parts.js";
import { go, to, withQuery } from "../router.js";
import { LivePage } from "../live-page.js";
import { may } from "../session.js";
import { state } from "../events.js";
import { Store } from "../store.js";
import { isFinal, word } from "../words.js";
import { focusRow } from "../elements/as-list.js";
import { askCancel, copyLink, retry } from "../actions.js";
import { openStart } from "../start-run.js";
import { FILTERS, filterModel, filterOf } from "./runs-filter.js";
import { RunsModel } from "./runs-model.js";
import { RunsPages } from "./runs-pages.js";
import { RunsQuery, Waits } from "./runs-query.js";
import { RunsSelection } from "./runs-selection.js";
import { SavedViews } from "./saved-views.js";
import { lists, noneMatch, noneYet } from "./runs-lists.js";

/** The live list of runs: running, waiting, finished by day. */
export default class RunsPage extends LivePage {
  #filter = {}; #query = null;
  #store = new Store();
  #model = new RunsModel(this.#store);
  #pages = new RunsPages((items) => this.#model.add(items), () => this.redraw());
  #slots = null; #known = { environments: [], suites: [], people: [] }; #views; #selected = null; #picked;
  #isLearnt = false;
  /** Runs that came and are not in this list. */
  #strangers = new Set(); #placed = new Set(); #asked = new Set(); #came = new Set();
  #draws = this.spaced(() => this.redraw(), 250);
  #news = this.spaced(() => this.#loadNew(), 700);
  #around = this.spaced(() => this.#loadSlots(), 10_000);
  #waits = new Waits((work) => this.spaced(work, 300), () => this.#draws());

  constructor(shell, params, url) {
    super(shell, params);
    this.#picked = new RunsSelection({ project: this.project, filter: () => this.#filter, changed: () => this.drawNow(),
      onScreen: () => this.#store.all().map((run) => run.id), ended: () => this.#moved(), done: () => this.reload() });
    this.#views = new SavedViews(this.project);
    this.#read(url);
  }

  start() {
    this.shell.title("Runs");
    this.shell.top({ title: "Runs",
      actions: [this.#picked.isAllowed && button("Select", () => this.#picked.begin(), { kind: "ghost" }),
        this.#mayStart && button("Start run", () => openStart(this.project, this.#filter.suite.includes(",") ? null : this.#filter.suite),
          { kind: "primary startrun", icon: "i-play" })] });
    super.start();
    if (state().state === "live") this.#learnAll();
  }

  /** What the filter can offer; nobody waits for that, so it comes after the runs and the line. */
  #learnAll() {
    if (this.#isLearnt) return;
    this.#isLearnt = true;
    this.#learn("environments", "/environments", (one) => one.name);
    this.#learn("suites", "/test-suites", ({ key, name }) => ({ key, name }));
    this.#learn("people", to`/projects/${this.project}/members`, ({ user }) => user, {});
  }

  async #learn(what, address, shown, query = { project: this.project }) {
    const found = [];
    await all(address, { ...query, limit: 200 }, (items) => found.push(...items.map(shown))).catch(() => {});
    this.#known[what] = found;
    this.redraw();
  }

  update(_, url) {
    if (!this.#read(url)) return;
    // What was picked may not be on screen any more.
    this.#picked.end();
    this.reload();
  }

  get #mayStart() { return may(this.project, "startExecution"); }

  /** The address says what is shown; answers whether that changed. */
  #read(url) {
    const filter = filterOf(url.searchParams);
    const changed = JSON.stringify(filter) !== JSON.stringify(this.#filter);
    this.#filter = filter;
    this.#query = new RunsQuery(this.project, filter);
    return changed;
  }

  async load(signal) {
    const { items, feed } = await this.#pages.first(this.#query, signal);
    this.#model.reset(items);
    this.#strangers.clear();
    this.#placed.clear();
    this.#selected = this.#store.get(this.#selected) ? this.#selected : null;
    this.#around();
    return feed;
  }

  back() {
    this.#pages.again();
    this.#learnAll();
  }

  /** Finds the runs that have come; what is not among them does not belong here. */
  async #loadNew() {
    const asked = [...this.#asked];
    const oldest = [...this.#came].sort()[0] ?? null;
    this.#asked.clear();
    this.#came.clear();
    const { signal } = this;
    const items = await this.#query.newest(oldest, signal).catch(() => null);
    if (!items || signal.aborted) return;
    this.#model.merge(items);
    for (const id of asked.filter((one) => !this.#model.has(one))) {
      this.#strangers.add(id);
      this.#model.forget(id);
    }
    this.#moved();
  }

  async #loadSlots() {
    const answer = await get("/queue", { project: this.project }, this.signal).catch(() => null);
    if (!answer?.data) return;
    this.#slots = answer.data.slots ?? null;
    this.#draws();
  }

  take(type, data) {
    if (!type.startsWith("execution.")) return;
    const isRoot = data.execution === data.root;
    if (!isRoot) {
      if (this.#model.takeCase(type, data)) this.#draws();
      if (this.#store.get(data.root)?.ticks?.isGuess) this.#place(data.root);
      return;
    }
    const known = this.#store.apply(type, data);
    if (known) this.#took(known, type, data);
    else if (data.to && !this.#model.has(data.execution)) this.#ask(type, data);
  }

  #took(run, type, data) {
    if (type === "execution.progress" || type === "execution.steps") return this.#draws();
    this.#waits.moved();
    this.#around();
    if (isFinal(run.status) && type === "execution.finished" && data.final !== false) {
      this.shell.say(`${run.name} ${word(run.status).toLowerCase()}`, { now: run.status !== "passed" });
      if (run.ticks?.isGuess) this.#repair(run);
    }
    this.#moved();
  }

  /** A run that is not here has moved: it is asked for unless the filter rules it out. */
  #ask(type, { execution, from, to }) {
    if (this.#strangers.has(execution) && !this.#filter.status) return;
    if (!this.#query.admits(to)) return;
    if (type === "execution.queued" && from === null) {
      this.#model.expect(execution);
      this.#came.add(execution);
    }
    this.#asked.add(execution);
    this.#news();
  }

  /** Learns once which case of a running suite stands where: cases that run side by side cannot be told apart by events. */
  async #place(id) {
    if (this.#placed.has(id)) return;
    this.#placed.add(id);
    const { signal } = this;
    const cases = await this.#query.cases(id, signal).catch(() => null);
    if (!cases || signal.aborted) return;
    this.#store.get(id)?.ticks?.place(cases);
    this.#draws();
  }

  /** Puts the ticks of a finished suite right when events alone could not. */
  async #repair({ number }) {
    const { signal } = this;
    const page = await this.#query.numbered(number, signal).catch(() => null);
    if (!page || signal.aborted) return;
    this.#model.merge(page.items);
    this.#draws();
  }

  /** Lets the order follow when nobody points at the list, has chosen a row, or has scrolled away. */
  #moved() {
    const list = this.shell.page.querySelector(".runlists");
    const isCalm = !this.isHeld && !this.#selected && !this.#picked.isOn && scrollY < 40 && !list?.contains(document.activeElement);
    if (isCalm && this.#model.isStale) this.#model.settle();
    this.#draws();
  }

  settle() { this.#moved(); }

  isMoving() { return this.#store.all().some((run) => !isFinal(run.status)); }

  keys() {
    const link = (run) => to`/p/${this.project}/runs/${run.number}`;
    return [
      { keys: "j or ArrowDown", says: "next run", run: () => this.#step(1) },
      { keys: "k or ArrowUp", says: "previous run", run: () => this.#step(-1) },
      { keys: "Enter",
        run: (event) => (event.target === document.body ? this.#chosen((run) => go(link(run))) : false) },
      { keys: "/", says: "filter", run: () => this.#bar().focusText() },
      { keys: ".", says: "show new runs, put finished ones in place", run: () => this.#letIn() },
      this.#picked.isAllowed && { keys: "x", says: "select the run, to do something to many",
        run: () => this.#chosen((run) => this.#picked.toggle(run.id)) },
      this.#mayStart && { keys: "c", says: "cancel the run, or those selected",
        run: () => (this.#picked.isOn ? this.#picked.cancel()
          : this.#chosen((run) => !isFinal(run.status) && askCancel(run, `${run.name} #${run.number}`))) },
      this.#mayStart && { keys: "r", says: "retry the run, or those selected",
        run: () => (this.#picked.isOn ? this.#picked.retry()
          : this.#chosen((run) => isFinal(run.status) && retry(this.project, run))) },
      { keys: "y", says: "copy link to the run", run: () => this.#chosen((run) => copyLink(link(run))) },
      { keys: "Escape", says: "let go of what is selected, clear the last filter", run: () => this.#back() },
    ];
  }

  #step(by) {
    const order = this.#model.groups().flatMap((group) => group.runs);
    if (order.length === 0) return;
    // Who came here by Tab, a click or Back goes on from that row.
    const from = this.#selected ?? document.activeElement.closest("li.run")?.dataset.key;
    const at = order.findIndex((run) => run.id === from);
    this.#select(order[Math.min(order.length - 1, Math.max(0, at < 0 ? 0 : at + by))].id);
  }

  #select(id) {
    this.#selected = id;
    this.drawNow();
    if (id) focusRow(this.shell.page, id);
  }

  #chosen(work) {
    const run = this.#store.get(this.#selected ?? document.activeElement.closest("li.run")?.dataset.key);
    if (!run) return false;
    work(run);
  }

  #letIn() {
    this.#model.settle();
    if (document.activeElement.closest("li.run")) document.activeElement.blur();
    this.#select(null);
    scrollTo({ top: 0 });
  }

  #back() {
    if (this.#picked.isOn) { this.#picked.end(); return true; }
    if (!this.#selected) return Boolean(this.#bar()?.clearLast());
    document.activeElement.blur();
    this.#select(null);
  }

  #bar() { return this.shell.page.querySelector("as-filter"); }

  #set(changes) { go(withQuery(changes), { replace: true }); }

  content() {
    return [
      h("as-filter",
        { ".model": filterModel(new URLSearchParams(location.search), this.#store.all(), this.#known, this.#faults(),
          (changes) => this.#set(changes), { entries: this.#views.entries(location.search),
            tools: this.#views.tools(location.search, this.#isFiltered, () => this.redraw()) }) }),
      h("div", { class: "runlists", key: "lists", "data-bare": this.#isBare, "data-picking": this.#picked.isOn,
          onpointerenter: () => this.hold(true),
          onpointerleave: () => this.hold(false),
        onfocusout: () => { if (!this.#selected) setTimeout(() => this.#moved()); } },
        this.instead("The list could not be loaded", 8) ?? this.#lists()),
      this.#picked.bar(),
    ];
  }

  /** Filters that the server refused, with its reasons. */
  #faults() {
    const errors = this.state === "error" ? this.problem.errors : [];
    return Object.fromEntries((errors ?? []).map((one) => [one.pointer.replace(/^[?/]/, ""), one.message]));
  }

  #lists() {
    const groups = this.#model.groups();
    const start = this.#mayStart;
    const stale = this.stale("The list may be out of date");
    if (groups.length === 0) return [stale, this.#nothing()];
    return [stale, lists(groups, { project: this.project, slots: this.#slots, selected: this.#selected,
      fault: (group) => this.#pages.fault(group), again: () => this.#pages.again(), newCount: this.#model.newCount, letIn: () => this.#letIn(),
      more: (group) => this.#pages.next(group, this.#query, this.signal), drawn: (run) => this.#waits.want(run),
      pick: this.#picked.isAllowed && ((run) => this.#picked.of(run)),
      retry: start && ((run) => retry(this.project, run)),
      cancel: start && ((run) => askCancel(run, `${run.name} #${run.number}`)) })];
  }

  /** No run on screen names what it is a run of. */
  get #isBare() { return !this.#store.all().some(({ revision }) => revision?.branch || revision?.commit); }

  get #isFiltered() { return Object.values(this.#filter).some(Boolean); }

  #nothing() {
    if (this.#isFiltered) {
      const none = Object.fromEntries(FILTERS.map((name) => [name, null]));
      return noneMatch(() => this.#set(none));
    }
    return noneYet(this.#mayStart && (() => openStart(this.project)), to`/p/${this.project}/first-steps`);
  }
}
