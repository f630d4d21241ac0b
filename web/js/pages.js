import { match, to } from "./router.js";

/**
 * Every page, one line each; nothing else names a page. `at` is its address, or several that it shows in turn (the first
 * one tells it from others). What has a `label` stands in the side bar, the palette and, with a `key`, under "g key";
 * `area` says which entry a page without a label belongs to. `section` "settings" moves an entry below the line, "you"
 * into the menu of the person, `may` hides it from roles that could only look. `count` names the number beside the entry.
 */
export const PAGES = [
  { at: "/login", open: true, load: () => import("./pages/login.js") },
  { at: "/welcome", open: true, load: () => import("./pages/welcome.js") },
  { at: "/p/:project/runs", area: "runs", label: "Runs", icon: "i-runs", key: "r", count: "running",
    load: () => import("./pages/runs.js") },
  { at: ["/p/:project/runs/:number", "/p/:project/runs/:number/cases/:key"], area: "runs",
    load: () => import("./pages/run.js") },
  { at: "/p/:project/runs/:number/log", area: "runs", load: () => import("./pages/log.js") },
  { at: "/p/:project/runs/:number/intake", area: "runs", load: () => import("./pages/intake.js") },
  { at: "/p/:project/first-steps", area: "runs", load: () => import("./pages/first-steps.js") },
  { at: "/p/:project/suites", area: "suites", label: "Suites", icon: "i-suites", key: "s",
    load: () => import("./pages/suites.js") },
  { at: "/p/:project/suites/:key", area: "suites", load: () => import("./pages/suite.js") },
  { at: "/p/:project/alerts", area: "alerts", label: "Alerts", icon: "i-bell", key: "a", count: "alertsOpen", hot: true,
    load: () => import("./pages/alerts.js") },
  { at: "/p/:project/cases", area: "cases", label: "Cases", icon: "i-cases", key: "c",
    load: () => import("./pages/cases.js") },
  { at: "/p/:project/catalog", area: "catalog", label: "Import, export", icon: "i-download", section: "settings",
    may: "editCatalog", load: () => import("./pages/import.js") },
  { at: "/p/:project/results", area: "results", label: "Import results", icon: "i-file", section: "settings", may: "ingestResults",
    load: () => import("./pages/results.js") },
  { at: "/p/:project/cases/:key", area: "cases", load: () => import("./pages/case.js") },
  { at: "/p/:project/items", area: "items", label: "Items", icon: "i-file", load: () => import("./pages/items.js") },
  { at: "/p/:project/items/:key", area: "items", load: () => import("./pages/item.js") },
  { at: "/p/:project/alerts/rules", area: "rules", label: "Alert rules", icon: "i-rule", section: "settings",
    load: () => import("./pages/rules.js") },
  { at: "/p/:project/alerts/rules/:id", area: "rules", load: () => import("./pages/rule.js") },
  { at: "/p/:project/settings/channels", area: "channels", label: "Channels", icon: "i-channel", section: "settings",
    may: "manageChannels", load: () => import("./pages/channels.js") },
  { at: "/p/:project/settings/channels/:id", area: "channels", load: () => import("./pages/channel.js") },
  { at: "/p/:project/settings/notifications", area: "channels", load: () => import("./pages/notifications.js") },
  { at: "/p/:project/settings/triggers", area: "triggers", label: "Triggers", icon: "i-bolt", section: "settings",
    may: "manageTriggers", load: () => import("./pages/triggers.js") },
  { at: "/p/:project/settings/triggers/:id", area: "triggers", load: () => import("./pages/trigger.js") },
  { at: "/p/:project/settings/triggers/:id/deliveries", area: "triggers", load: () => import("./pages/hook-entries.js") },
  { at: "/p/:project/settings/subscriptions", area: "subscriptions", label: "Subscriptions", icon: "i-link",
    section: "settings", may: "manageSubscriptions", load: () => import("./pages/subscriptions.js") },
  { at: "/p/:project/settings/subscriptions/:id", area: "subscriptions", load: () => import("./pages/subscription.js") },
  { at: "/p/:project/settings/subscriptions/:id/deliveries", area: "subscriptions",
    load: () => import("./pages/deliveries.js") },
  { at: "/p/:project/settings/project", area: "settings", label: "Project settings", icon: "i-filter", section: "settings",
    load: () => import("./pages/settings.js") },
  { at: "/p/:project/settings/members", area: "members", label: "Members", icon: "i-people", section: "settings",
    load: () => import("./pages/members.js") },
  { at: "/p/:project/settings/members/:id", area: "members", load: () => import("./pages/member.js") },
  { at: "/p/:project/settings/environments", area: "environments", label: "Environments", icon: "i-globe", section: "settings",
    load: () => import("./pages/environments.js") },
  { at: "/p/:project/settings/environments/:id", area: "environments", load: () => import("./pages/environment.js") },
  { at: "/p/:project/settings/secrets", area: "secrets", label: "Secrets", icon: "i-key", section: "settings",
    may: "readSecretNames", load: () => import("./pages/secrets.js") },
  { at: "/p/:project/settings/secrets/:id", area: "secrets", load: () => import("./pages/secret.js") },
  { at: "/p/:project/settings/agents", area: "agents", label: "Agents", icon: "i-agent", section: "settings",
    load: () => import("./pages/agents.js") },
  { at: "/p/:project/settings/agents/:id/work", area: "agents", load: () => import("./pages/agent-work.js") },
  { at: "/p/:project/settings/agents/:id", area: "agents", load: () => import("./pages/agent.js") },
  { at: "/projects", area: "projects", label: "Projects", icon: "i-projects", section: "admin", may: "administer",
    load: () => import("./pages/projects.js") },
  { at: "/projects/new", area: "projects", load: () => import("./pages/project.js") },
  { at: "/users", area: "users", label: "Users", icon: "i-people", section: "admin", may: "administer",
    load: () => import("./pages/users.js") },
  { at: "/users/:id", area: "users", load: () => import("./pages/user.js") },
  { at: "/audit", area: "audit", label: "Audit log", icon: "i-file", section: "admin", may: "administer",
    load: () => import("./pages/audit.js") },
  { at: "/system", area: "system", label: "System", icon: "i-info", section: "admin", may: "administer",
    load: () => import("./pages/system.js") },
  { at: "/set-aside", area: "system", load: () => import("./pages/set-aside.js") },
  { at: "/me", area: "me", label: "Profile", icon: "i-people", section: "you", load: () => import("./pages/profile.js") },
  { at: "/me/tokens", area: "tokens", label: "API tokens", icon: "i-key", section: "you",
    load: () => import("./pages/tokens.js") },
  { at: "/me/tokens/new", area: "tokens", load: () => import("./pages/token.js") },
];

/** The page of an address: {page, params, same}; a page with the same `same` is updated, not built anew. */
export function findPage(pathname) {
  for (const page of PAGES) {
    const addresses = [page.at].flat();
    for (const at of addresses) {
      const params = match(at, pathname);
      if (params) return { page, params, same: filled(addresses[0], params) };
    }
  }
  return null;
}

/** The pages of a section that `may(permission)` leaves, in order. */
export const entriesOf = (section, may) =>
  PAGES.filter((page) => page.label && (page.section ?? "work") === section && (!page.may || may(page.may)));

/** The address of an entry in a project. */
export const addressOf = (page, project) => filled([page.at].flat()[0], { project });

const filled = (at, params) => at.split("/").map((piece) =>
  (piece.startsWith(":") ? to`${params[piece.slice(1)]}` : piece)).join("/");
