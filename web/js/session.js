import { get, post, path } from "./api.js";
import { Counts } from "./counts.js";
import { unfollow } from "./events.js";
import { mayRole } from "./roles.js";

let user = null;
let projects = [];

/** The person logged in, or null. */
export const me = () => user;

/** The projects this person sees: {project, name, role}. */
export const myProjects = () => projects;

/** The name of a project as people say it. */
export const projectName = (key) => projects.find((one) => one.project === key)?.name ?? key;

/** Whether the person may do `what`, a permission of `roles.js`, in a project. */
export function may(key, what) {
  const project = projects.find((one) => one.project === key);
  if (project?.archived && !IN_ARCHIVE.includes(what)) return false;
  return user?.admin || mayRole(project?.role, what);
}

/** What is done in a project that is put away: reading, ending things, saying who may see it; as `Permission.swift` has it. */
const IN_ARCHIVE = ["read", "readSecretNames", "keepOwnThings", "cancelExecution", "manageMembers", "manageAgents", "administer"];

/** Whether a project is put away. */
export const isArchived = (key) => projects.find((one) => one.project === key)?.archived ?? false;

/** Loads who is logged in; throws Problem 401 when nobody is. */
export async function loadSession() {
  const [{ data }, seen] = await Promise.all([get("/auth/me"), seenProjects()]);
  take(data.user, seen);
}

/** Logs in; throws Problem when e-mail or password is wrong. */
export async function logIn(email, password) {
  const { data } = await post("/auth/login", { email, password });
  take(data.user, await seenProjects());
}

/** Ends the session here and on the server. */
export async function logOut() {
  unfollow();
  await post("/auth/logout").catch(() => {});
  user = null;
  projects = [];
}

/** Forgets who was logged in, when the server says that the session is over. */
export function forget() {
  user = null;
  projects = [];
  unfollow();
}

/** The project to show first: the last one looked at, else the first. */
export function homeProject() {
  const last = localStorage.getItem("assay.project");
  return projects.find((one) => one.project === last)?.project ?? projects.find((one) => !one.archived)?.project ?? projects[0]?.project ?? null;
}

export const rememberProject = (key) => localStorage.setItem("assay.project", key);

/** Counts for the side bar, which events may move on, and the position they are true for. */
export async function loadCounts(key) {
  const { data, feed } = await get(path`/projects/${key}/counts`);
  return { counts: new Counts(data, feed), feed };
}

/** Every project that may be looked at: for admins all of them, members or not. */
const seenProjects = async () => (await get("/projects", { limit: 200 })).data.items;

function take(fresh, seen) {
  user = fresh;
  projects = fresh.memberships ?? [];
  if (!fresh.admin) return;
  const roles = new Map(projects.map((one) => [one.project, one.role]));
  projects = seen.map((one) => ({ project: one.key, name: one.name, role: roles.get(one.key) ?? "admin",
    archived: one.archivedAt !== null }));
}
