/** Redraws at most once per animation frame, however often the returned function is called. */
export function framed(draw) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    const run = () => { asked = false; draw(); };
    // A hidden tab gets no frames, but its title and status must stay true.
    if (document.hidden) setTimeout(run, 250);
    else requestAnimationFrame(run);
  };
}

/** Runs `work` at most once per `ms`: the first call at once, later ones together at the end of the pause. */
export function spaced(work, ms) {
  let next = 0;
  let timer = 0;
  const run = () => { timer = 0; next = Date.now() + ms; work(); };
  const ask = () => {
    if (timer) return;
    const left = next - Date.now();
    if (left <= 0) run();
    else timer = setTimeout(run, left);
  };
  ask.cancel = () => { clearTimeout(timer); timer = 0; };
  return ask;
}

/** Runs `work` with the last arguments once nothing was asked for `ms`. */
export function settled(work, ms) {
  let timer = 0;
  const ask = (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...args), ms);
  };
  ask.cancel = () => clearTimeout(timer);
  return ask;
}
