/** Keeps the session of the browser alive. Used by pages and by the shared worker, so it touches no document. */
let going = null;

/**
 * Trades the refresh cookie for a new access cookie. Callers share one request.
 * Answers "renewed", "over" (log in again) or "unreachable" (try later).
 */
export function refresh() {
  going ??= alone(ask).finally(() => { going = null; });
  return going;
}

/** Refresh tokens rotate: two tabs asking at once would end the session of one of them. */
function alone(work) {
  return navigator.locks ? navigator.locks.request("assay-refresh", work) : work();
}

async function ask() {
  try {
    const answer = await fetch("/api/v1/auth/refresh", { method: "POST", credentials: "same-origin" });
    return answer.ok ? "renewed" : answer.status >= 500 ? "unreachable" : "over";
  } catch {
    return "unreachable";
  }
}
