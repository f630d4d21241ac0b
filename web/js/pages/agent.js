import { post } from "../api.js";
import { showOnce } from "../actions.js";
import { EditPage } from "../edit-page.js";
import { exact } from "../format.js";
import { go, to } from "../router.js";
import { may } from "../session.js";

const HOUR_MS = 3_600_000;
/** The server sees these only when the agent enrols, on another machine: what it would refuse is said here. */
const NAME = /^[A-Za-z0-9._:-]{1,63}$/;
const fault = (words) => ([words ?? []].flat().every((one) => NAME.test(one)) ? null
  : "must be 1 to 63 letters, digits, '.', '_', ':' or '-'");

/** Enrols an agent: makes a token that works once, and the command that uses it. */
export default class AgentPage extends EditPage {
  noun = "agent"; permission = "enrolAgents"; isNew = true;

  get list() { return ["Agents", to`/p/${this.project}/settings/agents`]; }

  initial() { return { slots: 2, life: String(HOUR_MS) }; }

  fields() {
    return [
      { name: "name", label: "Name", kind: "text", placeholder: "linux-1", check: fault, help: "As people read it. Left empty, it is the machine's name." },
      { name: "labels", label: "Labels", kind: "list", check: fault, help: "What it can do, one a line: a case that asks for windows runs only where windows is offered." },
      { name: "slots", label: "Slots", kind: "number", required: true, help: "How many cases it runs at the same time." },
      { name: "isShared", label: "Runs work of all projects", kind: "switch", when: () => may(this.project, "administer") },
      { name: "life", label: "The command works for", kind: "select", required: true, options: [
        { value: String(HOUR_MS), label: "an hour" }, { value: String(24 * HOUR_MS), label: "a day" },
        { value: String(7 * 24 * HOUR_MS), label: "a week" }] },
    ];
  }

  async save({ name = "", labels = [], slots, isShared, life }) {
    const { data } = await post("/agents/enrolment-tokens",
      { project: isShared ? null : this.project, expiresInMs: Number(life), name: name || null, labels, slots: slots ?? null });
    return { ...data, name, command: command(data.token, { name, labels, slots }) };
  }

  nameOf({ name }) { return name || "An agent"; }

  async made({ command: text, expiresAt }) {
    go(this.list[1], { replace: true });
    await showOnce({ title: "Start the agent",
      says: `Run this on the machine that is to run the work; assay-reaper has to lie beside assay-agent. It works once, until ${exact(expiresAt)}, and is shown this once.`,
      rows: [{ label: "Command", value: text }] });
  }
}

function command(token, { name, labels, slots }) {
  const words = { ASSAY_AGENT_URL: location.origin, ASSAY_AGENT_ENROLMENT_TOKEN: token,
    ...(name && { ASSAY_AGENT_NAME: name }), ...(labels.length > 0 && { ASSAY_AGENT_LABELS: labels.join(",") }),
    ...(slots && { ASSAY_AGENT_SLOTS: String(slots) }) };
  return [...Object.entries(words).map(([key, value]) => `${key}=${quoted(value)}`), "assay-agent"].join(" ");
}

const quoted = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
