import { h, render } from "./render.js";
import { button, icon, kbd, mark, sprite } from "./parts.js";
import { framed, spaced } from "./frame.js";
import { clock, count, initials } from "./format.js";
import { follow, hurry, on, state } from "./events.js";
import { isArchived, loadCounts, logOut, may, me, myProjects, projectName, rememberProject } from "./session.js";
import { addressOf, entriesOf } from "./pages.js";
import { remember } from "./recent.js";
import { go, to } from "./router.js";
import { isDark, setTheme, theme } from "./theme.js";
import { shape } from "./words.js";
import { SHAPES } from "./icons.js";
import { openMenu } from "./elements/as-menu.js";

/** Parts of the side bar: the work first, then what it stands on. */
const SECTIONS = [["work", "Work"], ["settings", "Settings"], ["admin", "Administration"]];
/** So many entries have a place in the bottom bar of a phone; the others are under More. */
const TABS = 3;
const SPOKEN_EVERY_MS = 15_000;
const RECOUNT_EVERY_MS = 30_000;

/** The frame around every page: side bar, top bar, bottom bar on a phone, title, favicon and spoken news. */
export class Shell {
  #host;
  #project = null;
  #area = null;
  /** The page shows one thing, not a list of them. */
  #isThing = false;
  #top = {};
  #counts = null;
  #bare = true;
  #spoken = 0;
  #tick = 0;
  #ask = { palette: () => {}, keys: () => {} };
  #draw = framed(() => this.#render());
  #soon = spaced(() => this.#load(), 1000);
  #recount = spaced(() => this.#load(), RECOUNT_EVERY_MS);

  /** `ask` is {palette(), keys()}: what the buttons of the frame open. */
  constructor(host, ask) {
    this.#host = host;
    this.#ask = ask;
    on("state", () => { this.#follow(); this.#draw(); });
    on("event", (event) => this.#count(event));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
  }

  /** Where a page draws itself. */
  get page() { return this.#host.querySelector("as-page"); }

  /** Shows the frame of a project, or none at all (log in), for a page of the registry. */
  show(project, entry) {
    const other = project !== this.#project;
    this.#project = project;
    this.#area = entry?.area ?? null;
    this.#isThing = Boolean(entry?.area && !entry.label);
    this.#bare = project === null;
    this.#top = { title: entry?.label };
    this.title(entry?.label);
    if (project && other) { rememberProject(project); this.#counts = null; this.#load(); }
    this.setIcon(null);
    this.#render();
  }

  /** The top bar: {title} or {crumbs: [[label, href]], here}, and actions. */
  top(top) {
    const { here } = top;
    const isNamed = this.#isThing && here && here !== this.#top.here && !/\/(new|\+)$/.test(location.pathname);
    if (isNamed) remember(location.pathname, here);
    this.#top = top;
    this.#draw();
  }

  title(text) {
    const title = text ? `${text} · Assay` : "Assay";
    if (document.title !== title) document.title = title;
  }

  /** The favicon takes the shape of a status, or the mark again. */
  setIcon(status) {
    const link = document.querySelector("link[rel=icon]");
    const href = status ? drawnIcon(status) : "/favicon.svg";
    if (link.getAttribute("href") !== href) link.setAttribute("href", href);
  }

  /** Tells screen readers; ordinary news at most every 15 s, `now` at once. */
  say(text, { now = false } = {}) {
    if (!now && Date.now() - this.#spoken < SPOKEN_EVERY_MS) return;
    this.#spoken = Date.now();
    const node = document.getElementById("spoken");
    if (node) node.textContent = text;
  }

  /** Events move the counts; now and then the server is asked, for what they cannot tell. */
  #count(event) {
    if (event.data.project !== this.#project) return;
    if (event.type.startsWith("alert.")) return this.#soon();
    if (!this.#counts?.apply(event)) return;
    this.#recount();
    this.#draw();
  }

  async #load() {
    const project = this.#project;
    if (!project) return;
    const { counts, feed } = await loadCounts(project).catch(() => ({}));
    if (!counts || project !== this.#project) return;
    this.#counts = counts;
    // A page that follows nothing itself has live counts all the same.
    if (state().state === "idle" && feed) follow(project, feed);
    this.#draw();
  }

  /** While the line is down its countdown moves every second. */
  #follow() {
    clearInterval(this.#tick);
    if (state().state === "down") this.#tick = setInterval(this.#draw, 1000);
  }

  #render() {
    // What the document shows until it is known who looks.
    this.#host.querySelector(":scope > .first")?.remove();
    const page = h("as-page", { class: this.#bare ? "" : "page", key: "page" });
    render(this.#host,
      h("a",
        { class: "sr skip", href: "#main",
          onclick: (event) => { event.preventDefault(); document.getElementById("main").focus(); } },
        "Skip to content"),
      sprite(),
      h("div", { class: this.#bare ? "bare" : "shell" },
        !this.#bare && this.#side(),
        h("div", { class: "main", key: "main" },
          !this.#bare && this.#bar(),
          h("main", { id: "main", tabindex: "-1", key: "content" }, page))),
      !this.#bare && this.#tabs(),
      h("div", { id: "spoken", class: "sr", role: "status", "aria-live": "polite" }),
      h("as-toast", { key: "toast" }));
  }

  #side() {
    const project = this.#project;
    return h("aside", { class: "side", "aria-label": "Main" },
      h("a", { class: "brand", href: "/", "aria-label": "Assay, home" }, mark(), h("span", { class: "word" }, "Assay")),
      h("button",
        { type: "button", class: "project", "aria-haspopup": "menu", "aria-label": `Project ${projectName(project)}`,
          onclick: (event) => this.#projects(event.currentTarget) },
        h("span", { class: "key", "aria-hidden": "true" }, initials(projectName(project))[0]),
        h("span", { class: "grow clip" }, projectName(project)),
        isArchived(project) && h("span", { class: "small faint" }, "archived"), icon("i-down", "s")),
      SECTIONS.map(([section, label]) => [section, label, this.#entries(section)])
        .filter(([, , entries]) => entries.length > 0)
        .map(([section, label, entries]) => h("nav", { key: section, class: "nav", "aria-label": label },
          section !== "work" && h("h2", { class: "navhead" }, label), entries.map((one) => this.#link(one)))),
      h("footer", null, pulse(),
        h("span", { class: "line" },
          h("button",
            { type: "button", class: "plain line grow", "aria-haspopup": "menu",
              "aria-label": `${me()?.name ?? ""}, menu`, onclick: (event) => this.#more(event.currentTarget) },
            h("span", { class: "avatar me", "aria-hidden": "true" }, initials(me()?.name)),
            h("span", { class: "grow clip" }, me()?.name)),
          button("", () => { setTheme(isDark() ? "light" : "dark"); this.#draw(); },
            { kind: "ghost small icon", icon: "i-moon", "aria-label": `Switch to ${isDark() ? "light" : "dark"}` }))));
  }

  #entries(section) { return entriesOf(section, (what) => may(this.#project, what)); }

  #link(entry) {
    const { area, label, icon: name, count: counted, hot } = entry;
    const number = counted && this.#counts ? this.#counts.known[counted] : 0;
    return h("a",
      { key: area, href: addressOf(entry, this.#project), title: label, "aria-current": area === this.#area ? "page" : null },
      icon(name), h("span", null, label),
      number > 0
        && h("span", { class: hot ? "count hot" : "count" }, count(number),
          h("span", { class: "sr" }, hot ? " open" : " going")));
  }

  #bar() {
    const { title, crumbs, here, actions } = this.#top;
    return h("header", { class: "top" },
      title && h("h1", { class: "clip" }, title),
      crumbs && h("nav", { class: "crumb", "aria-label": "Breadcrumb" },
        crumbs.map(([label, href]) => [h("a", { key: href, href }, label), icon("i-next", "s")]),
        h("b", { class: "clip", "aria-current": "page" }, here)),
      state().state === "down" && h("span", { class: "pulse narrow", "data-state": "down" }, "Not live"),
      h("button",
        { type: "button", class: "btn ghost push wide", "aria-haspopup": "dialog",
          "aria-label": "Search or run a command", onclick: () => this.#ask.palette() },
        icon("i-search"), h("span", { class: "dim" }, "Search or run a command"), kbd("Ctrl K")),
      h("button",
        { type: "button", class: "btn ghost icon push narrow", "aria-haspopup": "dialog", "aria-label": "Search",
          onclick: () => this.#ask.palette() }, icon("i-search")),
      actions);
  }

  #tabs() {
    return h("nav", { class: "tabbar", "aria-label": "Main, bottom" },
      this.#entries("work").slice(0, TABS).map((one) => this.#link(one)),
      h("button",
        { type: "button", "aria-haspopup": "menu", onclick: (event) => this.#more(event.currentTarget, true) },
        icon("i-more"), h("span", null, "More")));
  }

  /** What has no place in the bottom bar. */
  #beyondTabs() {
    return SECTIONS.flatMap(([section, heading]) => {
      const entries = this.#entries(section).slice(section === "work" ? TABS : 0);
      return entries.length === 0 ? [] : [{ heading }, ...entries.map((entry) =>
        ({ label: entry.label, icon: entry.icon, href: addressOf(entry, this.#project) }))];
    });
  }

  #projects(anchor) {
    openMenu(anchor, [...projectEntries(this.#project),
      may(this.#project, "administer") && { label: "New project", icon: "i-plus", href: "/projects/new" }].filter(Boolean),
    { label: "Projects" });
  }

  #more(anchor, all = false) {
    const set = (name) => ({ label: { system: "As the system", light: "Light", dark: "Dark" }[name],
      checked: theme() === name, single: true, run: () => { setTheme(name); this.#draw(); } });
    openMenu(anchor, [
      ...(all ? [...this.#beyondTabs(), { heading: "Project" }, ...projectEntries(this.#project)] : []),
      { heading: "Theme" }, set("system"), set("light"), set("dark"),
      { heading: me()?.email ?? "You" },
      ...this.#entries("you").map((entry) => ({ label: entry.label, icon: entry.icon, href: addressOf(entry, this.#project) })),
      { label: "Keys of this page", run: () => this.#ask.keys() },
      { label: "Log out", icon: "i-out", run: () => logOut().then(() => go("/login")) },
    ], { label: "You" });
  }
}

/** Those in use before those that are put away. */
const projectEntries = (present) => [false, true].flatMap((away) => myProjects().filter((one) => one.archived === away)).map(({ project, name, archived }) => ({
  label: archived ? `${name} (archived)` : name, checked: project === present, single: true, run: () => go(to`/p/${project}/runs`),
}));

/** How live the page is, in words. */
function pulse() {
  const now = state();
  const words = { live: "Live", catching: "Catching up", idle: "" }[now.state]
    ?? `Not live since ${clock(now.since, true)}, trying again ${now.again ? `in ${secondsTo(now.again)} s` : "now"}`;
  return h("span", { class: "pulse", role: now.state === "down" ? null : "status", "data-state": now.state },
    h("span", null, words),
    now.state === "down" && button("Now", () => hurry(true), { kind: "small" }));
}

const secondsTo = (instant) => Math.max(0, Math.ceil((instant - Date.now()) / 1000));

/** A status shape as an image address, in the colours of the theme. */
function drawnIcon(status) {
  const probe = document.createElement("span");
  probe.className = shape(status);
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  const escape = (text) => text.replaceAll("currentColor", colour).replaceAll("var(--surface)", "white").replaceAll('"',
    "'");
  const pieces = SHAPES[`st-${shape(status)}`].map(([tag, props]) =>
    `<${tag} ${Object.entries(props).map(([name, value]) => `${name}="${escape(value)}"`).join(" ")}/>`).join("");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${pieces}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
