import "./elements/as-status.js";
import "./elements/as-stamp.js";
import "./elements/as-streak.js";
import "./elements/as-list.js";
import "./elements/as-filter.js";
import { onSessionOver, Problem } from "./api.js";
import { closeDialogs } from "./elements/as-dialog.js";
import { on, openEarly } from "./events.js";
import { setGlobalKeys, setPageKeys, startKeys } from "./keys.js";
import { go, match, startRouter, to } from "./router.js";
import { forget, homeProject, loadSession, me, myProjects } from "./session.js";
import { applyTheme } from "./theme.js";
import { Shell } from "./shell.js";
import { openKeys } from "./keys-dialog.js";
import { addressOf, findPage, PAGES } from "./pages.js";
import { askPalette } from "./palette.js";
import { NoticePage } from "./pages/notice.js";


let page = null;
let same = null;
let turn = 0;
let project = null;

applyTheme();
openEarly();
const shell = new Shell(document.getElementById("app"), { palette: () => askPalette(project), keys: openKeys });
onSessionOver(toLogin);
on("over", toLogin);
setGlobalKeys([
  { keys: "Ctrl k", says: "search or run a command", run: () => askPalette(project) },
  { keys: "?", says: "keys of this page", run: openKeys },
  ...PAGES.filter((entry) => entry.key).map((entry) =>
    ({ keys: `g ${entry.key}`, says: `go to ${entry.label.toLowerCase()}`, run: () => goTo(entry) })),
]);
startKeys();
startRouter(route);
addEventListener("popstate", closeDialogs);

function goTo(entry) {
  if (!project) return false;
  go(addressOf(entry, project));
}

/** Shows the page of an address; a later address overtakes one that is still loading. */
async function route(url) {
  const mine = ++turn;
  const found = findPage(url.pathname);
  const params = found?.params ?? {};
  try {
    const loads = found?.page.load();
    loads?.catch(() => {});  // said below; who leaves before is told nothing
    if (!found?.page.open && !me()) await loadSession();
    if (mine !== turn) return;
    if (url.pathname === "/" || match("/p/:project", url.pathname)) return toHome(url);
    if (!found || (params.project && !myProjects().some((one) => one.project === params.project))) {
      return show(NoticePage, {}, url, homeProject(), "notice");
    }
    const module = await loads;
    // What belongs to no project is shown beside the one that was looked at.
    const inProject = found.page.open ? null : params.project ?? homeProject();
    if (mine === turn) show(module.default, params, url, inProject, found.same, found.page);
  } catch (problem) {
    if (mine === turn) unreachable(url, problem);
  }
}

/** Neither the session nor the page itself could be had. */
function unreachable(url, problem) {
  const isKnown = problem instanceof Problem;
  const why = isKnown ? problem : new Problem({ status: 0, detail: "The server could not be reached." });
  const again = () => (isKnown ? route(url) : reload(url));
  show(NoticePage, { problem: why, again }, url, me() ? findPage(url.pathname)?.params.project ?? null : null, "notice");
}

/** Browsers remember a module that failed to load: only a new document asks for it again. */
async function reload(url) {
  const answer = await fetch("/", { method: "HEAD", cache: "no-store" }).catch(() => null);
  if (answer?.ok && location.href === url.href) location.reload();
}

function show(Page, params, url, inProject, name, entry = null) {
  project = inProject;
  if (page && name === same && name !== "notice") return page.update(params, url);
  page?.stop?.();
  setPageKeys([]);
  shell.show(inProject, entry);
  same = name;
  page = new Page(shell, params, url);
  page.start();
  scrollTo(0, 0);
}

function toHome(url) {
  const asked = match("/p/:project", url.pathname)?.project ?? homeProject();
  if (asked) go(to`/p/${asked}/runs`, { replace: true });
  else show(NoticePage, { nowhere: true }, url, null, "notice");
}

function toLogin() {
  const had = me() !== null;
  forget();
  closeDialogs();
  if (location.pathname === "/login") return;
  const next = location.pathname + location.search;
  const query = new URLSearchParams({ ...(had && { ended: "1" }), ...(next !== "/" && { next }) });
  go(query.size > 0 ? `/login?${query}` : "/login", { replace: true });
}
