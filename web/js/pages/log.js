import { settled } from "../frame.js";
import { count, size } from "../format.js";
import { LivePage } from "../live-page.js";
import { LogLines } from "../log-lines.js";
import { marked } from "../marks.js";
import { because, button, icon, status } from "../parts.js";
import { OutputSearch } from "../output-search.js";
import { h } from "../render.js";
import { go, to, withQuery } from "../router.js";
import { many } from "../words.js";
import { LogSource } from "./log-source.js";
import { notHere } from "./notice.js";

const LETTER = "x".repeat(100);

/** The whole output of a step: lines with numbers and addresses, search, wrap, download, jump to the first error. */
export default class LogPage extends LivePage {
  #source; #lines = new LogLines(); #places = []; #columns = 80; #target = null; #isLost = false; #reading = null;
  #wrap = localStorage.getItem("assay.wrap") === "on";
  #text = ""; #search = ""; #found = []; #at = 0; #searched = 0; #wrong = -1;
  #inAll = new OutputSearch(() => this.redraw());
  #draws = this.spaced(() => { this.#findMore(); this.redraw(); }, 250);
  #typed = settled((text) => this.#look(text), 150);
  #sized = () => { this.#measure(); this.redraw(); };

  constructor(shell, params, url) {
    super(shell, params);
    const part = (name) => url.searchParams.get(name);
    this.number = params.number;
    this.key = part("case");
    this.part = { attempt: Number(part("attempt")) || 1, step: Number(part("step")) || 1 };
    this.#source = new LogSource(this.project, { number: this.number, key: this.key, stream: part("stream") ?? "stdout", ...this.part });
    this.#text = part("q") ?? "";
    this.#search = this.#text.toLowerCase();
    this.#read(url);
  }

  start() {
    addEventListener("resize", this.#sized);
    super.start();
  }

  stop() {
    super.stop();
    removeEventListener("resize", this.#sized);
    this.#typed.cancel();
    this.#inAll.close();
  }

  update(_params, url) {
    this.#read(url);
    this.redraw();
    this.#reveal(this.#target);
  }

  /** The line that the address names, from 0, or null. */
  #read(url) {
    const line = Number(/^#L(\d+)$/.exec(url.hash)?.[1]);
    this.#target = line > 0 ? line - 1 : null;
  }

  async load(signal) {
    this.#isLost = !await this.#source.find(signal);
    if (this.#isLost) return null;
    this.state = "ready";
    this.#measure();
    await this.#more();
    if (this.#target !== null) await this.#reach(this.#target);
    else if (this.#search) await this.#reachHit(0);
    return null;
  }

  /** Reads the next part; whoever asks meanwhile waits for the same one. */
  #more() {
    this.#reading ??= this.#readOn(this.signal).finally(() => { this.#reading = null; });
    return this.#reading;
  }

  async #readOn(signal) {
    await this.#source.more((text) => { this.#lines.add(text); this.#draws(); }, signal);
    if (this.#source.isWhole) this.#lines.end();
    if (this.#wrong < 0) this.#wrong = this.#lines.firstError();
    this.#findMore();
    this.drawNow();
  }

  /** Reads on until `isThere()`, or to the end. */
  async #moreUntil(isThere) {
    while (!isThere() && !this.#source.isWhole) await this.#more();
  }

  /** How many letters fit into a line. */
  #measure() {
    const page = this.shell.page;
    const probe = page.appendChild(document.createElement("span"));
    probe.className = "logprobe";
    probe.textContent = LETTER;
    const letter = probe.getBoundingClientRect().width / LETTER.length;
    probe.remove();
    const room = page.clientWidth - parseFloat(getComputedStyle(page).paddingLeft) * 2 - 2 - 64 - 16;
    this.#columns = Math.max(20, Math.floor(room / (letter || 7)));
  }

  #look(text) {
    this.#text = text;
    this.#search = text.toLowerCase();
    go(withQuery({ q: text || null }) + location.hash, { replace: true });
    this.#found = [];
    this.#searched = 0;
    this.#at = 0;
    this.#findMore();
    this.redraw();
    this.#reveal(this.#found[0]);
  }

  /** Matches in all of the log, as far as that is known. */
  get #hits() {
    return this.#source.isWhole ? this.#found.length : Math.max(this.#found.length, this.#inAll.matchesIn(this.#source.name) ?? 0);
  }

  /** Looks through the lines that have come since. */
  #findMore() {
    if (this.#search) this.#found.push(...this.#lines.find(this.#search, this.#searched));
    this.#searched = this.#lines.count;
  }

  #hit(by) {
    if (this.#hits === 0) return false;
    this.#trying(async () => {
      const at = this.#at + by;
      const last = this.#hits - 1;
      await this.#reachHit(at < 0 ? last : at > last ? 0 : at);
      if (this.#found.length > 0) this.#open(this.#found[this.#at]);
    });
  }

  /** Reads on to a match, counted from 0; the last there is stands for one that is not. */
  async #reachHit(nth) {
    const search = this.#search;
    await this.#moreUntil(() => this.#found.length > nth || search !== this.#search);
    if (search !== this.#search || this.#found.length === 0) return;
    this.#at = Math.min(nth, this.#found.length - 1);
    this.#reveal(this.#found[this.#at]);
  }

  /** Puts a line into the address, once it is there. */
  #open(at) {
    this.#trying(async () => {
      await this.#reach(at);
      if (this.#lines.count > 0) go(`#L${Math.min(at, this.#lines.count - 1) + 1}`, { replace: true });
    });
  }

  async #reach(at) {
    await this.#moreUntil(() => this.#lines.count > at);
    this.#reveal(Math.min(at, this.#lines.count - 1));
  }

  /** What fails while somebody reads on is said above what is there. */
  async #trying(work) {
    this.problem = null;
    try {
      await work();
    } catch (problem) {
      if (this.isStopped) return;
      this.problem = problem;
    }
    this.redraw();
  }

  #reveal(at) {
    if (this.isStopped || !(at >= 0 && at < this.#lines.count)) return;
    this.drawNow();
    this.shell.page.querySelector("as-list")?.reveal(at)?.scrollIntoView({ block: "center" });
  }

  #setWrap() {
    this.#wrap = !this.#wrap;
    localStorage.setItem("assay.wrap", this.#wrap ? "on" : "off");
    this.redraw();
  }

  keys() {
    return [
      { keys: "/", says: "search", run: () => this.shell.page.querySelector("[name=search-log]")?.focus() },
      { keys: "n", says: "next match", run: () => this.#hit(1) },
      { keys: "N", says: "previous match", run: () => this.#hit(-1) },
      { keys: "e", says: "first error", run: () => (this.#wrong < 0 ? false : this.#open(this.#wrong)) },
      { keys: "w", says: "wrap lines", run: () => this.#setWrap() },
      { keys: "Escape", says: "back to the step", run: () => go(this.#stepAddress) },
    ];
  }

  get #stepAddress() {
    const run = to`/p/${this.project}/runs/${this.number}`;
    const { attempt, step } = this.part;
    return withQuery({ attempt, step, case: null, stream: null, q: null }, this.key ? run + to`/cases/${this.key}` : run);
  }

  content() {
    const { run, step, label } = this.#source;
    this.shell.top({ crumbs: [["Runs", to`/p/${this.project}/runs`],
      [`${run?.name ?? ""} #${this.number}`, this.#stepAddress]], here: step ? `${step.name}, ${label.toLowerCase()}` : label });
    if (this.#isLost || (this.state === "error" && this.problem.status === 404)) return notHere(this.shell);
    this.shell.title(step ? `${label} of ${step.name}` : label);
    return [h("h1", { class: "sr", key: "h1" }, step ? `${label} of ${step.name}` : label),
      this.instead("The output could not be loaded", 12) ?? this.#drawn()];
  }

  #drawn() {
    const { label, bytes, isWhole, read, stream } = this.#source;
    this.#inAll.ask(this.#source.part, isWhole ? "" : this.#search);
    return [
      this.#tools(),
      this.problem && h("p", { class: "line", role: "alert", key: "problem" }, status("warning"), because(this.problem)),
      h("section", { class: "panel log", key: "log", "aria-label": label, "data-wrap": this.#wrap }, this.#list()),
      !isWhole && h("p", { class: "line", key: "more" }, h("span", { class: "dim" }, `${size(read)} of ${size(bytes)} are here.`),
        button(this.#reading ? "Loading" : "Load more", () => this.#trying(() => this.#more()), { disabled: this.#reading !== null })),
      isWhole && stream.droppedBytes > 0
        && h("p", { class: "dim", key: "dropped" }, `${size(stream.droppedBytes)} were not kept.`),
    ];
  }

  #tools() {
    const { file, bytes } = this.#source;
    return h("div", { class: "toolbar logtools", key: "tools", role: "search", "aria-label": "Search output" },
      h("label", { class: "field" }, h("span", { class: "sr" }, "Search output"), icon("i-search", "s"),
        h("input", { type: "search", name: "search-log", placeholder: "Search", size: "18", autocomplete: "off", spellcheck: "false",
          value: this.#text,
          oninput: (event) => { this.#text = event.target.value; this.#typed(this.#text); },
          onkeydown: (event) => this.#searchKey(event) }),
        this.#search && h("span", { class: "num small nowrap", role: "status" },
          this.#counted())),
      h("label", { class: "field" }, h("span", { class: "sr" }, "Line"), h("span", { class: "small", "aria-hidden": "true" }, "Line"),
        h("input", { type: "text", inputmode: "numeric", name: "line", size: "6", autocomplete: "off",
          onkeydown: (event) => this.#lineKey(event) })),
      h("span", { class: "small dim num", role: "status", "data-lines": this.#lines.count },
        `${many(this.#lines.count, "line")}, ${size(bytes)}`),
      h("span", { class: "push line" },
        this.#wrong >= 0 && button("First error", () => this.#open(this.#wrong), { kind: "small", key: "e" }),
        button("Wrap", () => this.#setWrap(), { kind: "small ghost", "aria-pressed": String(this.#wrap), key: "w" }),
        file && h("a", { class: "btn small ghost", href: file.href, download: file.name }, icon("i-download", "s"), "Download")));
  }

  #counted() {
    const here = this.#found.length;
    const hits = this.#hits;
    if (here === 0 && hits > 0) return `${hits.toLocaleString()} further down`;
    const isAll = this.#source.isWhole || this.#inAll.matchesIn(this.#source.name) !== null;
    return (here === 0 ? "none" : `${(this.#at + 1).toLocaleString()} of ${hits.toLocaleString()}`)
      + (isAll ? "" : this.#inAll.isAsking ? ", counting" : " here");
  }

  #searchKey(event) {
    if (event.key === "Enter") { event.preventDefault(); this.#hit(event.shiftKey ? -1 : this.#isFirst() ? 0 : 1); }
    else if (event.key === "Escape") { event.stopPropagation(); this.#typed.cancel(); this.#look(""); }
  }

  /** The first match has been shown by typing; Enter puts it into the address before it goes on. */
  #isFirst() { return this.#at === 0 && this.#target !== this.#found[0]; }

  #lineKey(event) {
    if (event.key !== "Enter") return;
    const line = Number(event.target.value.replace(/\D/g, ""));
    if (line > 0) this.#open(line - 1);
  }

  #list() {
    const lines = this.#lines;
    if (lines.count === 0) return h("p", { class: "nomatch dim" }, this.#reading ? "Loading" : "Nothing was written.");
    return h("as-list", { ".model": { items: this.#all(), id: (at) => at, label: "Lines",
      kind: this.#wrap ? (at) => `rows${lines.rows(at, this.#columns)}` : () => "line", row: (at) => this.#row(at) } });
  }

  /** Places of the lines, from 0. */
  #all() {
    for (let at = this.#places.length; at < this.#lines.count; at += 1) this.#places.push(at);
    return this.#places;
  }

  #row(at) {
    const isHit = this.#found[this.#at] === at;
    const address = `#L${at + 1}`;
    return h("li", { class: "logline", id: `L${at + 1}`, "aria-current": at === this.#target ? "true" : null },
      h("a", { href: address, tabindex: "-1", "aria-label": `Line ${count(at + 1)}`,
        onclick: (event) => { if (!event.ctrlKey && !event.metaKey) { event.preventDefault(); this.#open(at); } } },
        (at + 1).toLocaleString()),
      h("span", null, this.#lines.pieces(at).map((piece) => marked(piece, this.#search, () => isHit)[0])));
  }
}
