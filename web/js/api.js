import { refresh } from "./auth.js";

const BASE = "/api/v1";
const PATIENCE_MS = 10_000;
let over = () => {};

/** Says what to do when the session has ended and cannot be renewed. */
export const onSessionOver = (work) => { over = work; };

/** A refusal of the server (RFC 9457) or its absence; `code` is the stable word, status 0 means no answer. */
export class Problem extends Error {
  constructor({ status, code, title, detail, errors, requestId, retryAfter }) {
    super(detail || title || "The server refused this.");
    Object.assign(this, { status, code, title, errors: errors ?? [], requestId: requestId ?? "", retryAfter });
  }
}

/**
 * Calls the API; a body of another `type` is sent as it is, `version` makes a change depend on the version of the thing
 * (412 when somebody was faster), `patienceMs` is for what may take longer than 10 s. Answers `{data, status, feed}` where feed is the position to follow events from.
 * Throws Problem; on 401 the session is renewed once before giving up.
 */
export async function call(method, path, options = {}) {
  let answer = await send(method, path, options);
  if (answer.status === 401 && !path.startsWith("/auth/log")) {
    const renewed = await refresh();
    if (renewed === "renewed") answer = await send(method, path, options);
    if (renewed === "over" || answer.status === 401) over();
  }
  const data = await read(answer);
  if (!answer.ok) throw problemOf(answer, data);
  return { data, status: answer.status, feed: answer.headers.get("Assay-Feed") };
}

export const get = (path, query, signal) => call("GET", path, { query, signal });
export const post = (path, body, query) => call("POST", path, { body, query });
export const put = (path, body, version) => call("PUT", path, { body, version });
export const remove = (path, query) => call("DELETE", path, { query });

/** POST that creates: the same `key` never creates twice. */
export const create = (path, body, key = freshKey()) => call("POST", path, { body, key });

/** All items of a list, page by page; `each` sees them as they come. Answers the feed position of the first page. */
export async function all(path, query, each, signal) {
  let cursor = null;
  let from = null;
  do {
    const { data, feed } = await get(path, { ...query, cursor }, signal);
    from ??= feed;
    each(data.items, data);
    cursor = data.nextCursor;
  } while (cursor);
  return from;
}

/** The address of a resource of the API, with every part escaped: ``path`/executions/${id}` ``. */
export function path(strings, ...parts) {
  return strings.reduce((text, piece, at) => text + encodeURIComponent(parts[at - 1]) + piece);
}

/** A link the browser follows itself, as for downloads. */
export const link = (address, query) => BASE + address + search(query);

function search(query) {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    const text = Array.isArray(value) ? value.join(",") : value;
    if (text !== null && text !== undefined && text !== "") params.set(name, text);
  }
  const text = params.toString();
  return text ? `?${text}` : "";
}

async function send(method, path, { query, body, type, key, version, signal, patienceMs = PATIENCE_MS }) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = type ?? "application/json";
  if (key) headers["Idempotency-Key"] = key;
  if (version !== undefined && version !== null) headers["If-Match"] = `"${version}"`;
  const patience = AbortSignal.timeout(patienceMs);
  try {
    return await fetch(BASE + path + search(query), {
      method, headers, credentials: "same-origin",
      body: body === undefined || type ? body : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    const late = error.name === "TimeoutError";
    throw new Problem({ status: 0, code: late ? "timeout" : "unreachable",
      detail: late ? `The server did not answer in ${patienceMs / 1000} s.` : "The server could not be reached." });
  }
}

async function read(answer) {
  if (answer.status === 204) return null;
  const type = answer.headers.get("Content-Type") ?? "";
  if (!type.includes("json")) return null;
  try { return await answer.json(); } catch { return null; }
}

function problemOf(answer, data) {
  return new Problem({ ...data, status: answer.status, code: data?.code ?? `http_${answer.status}`,
    title: data?.title ?? `The server answered ${answer.status}.`,
    requestId: data?.requestId ?? answer.headers.get("X-Request-Id"),
    retryAfter: Number(answer.headers.get("Retry-After")) || null });
}

function freshKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
