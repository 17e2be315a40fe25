// Streamlit changes the address in the last moment of a run. The browser takes as long for that as
// to draw a table, and the page would stand that much later: so the page comes first and the address
// follows, once the reader has had time to see it, or before they do anything that may look at it.
const WAIT = 250; // milliseconds

const push = history.pushState.bind(history);
const replace = history.replaceState.bind(history);
let asked = null; // the change that waits
let timer = null;

function forget() {
  clearTimeout(timer);
  asked = null;
}

function change() {
  const waiting = asked;
  forget();
  if (waiting) push(...waiting);
}

history.pushState = (state, unused, url) => {
  change();
  // Another page is gone to at once: Streamlit reads from the path which one it is.
  const isOfThisPage = new URL(url, location.href).pathname === location.pathname;
  if (!isOfThisPage) return push(state, unused, url);
  asked = [state, unused, url];
  timer = setTimeout(change, WAIT);
};

history.replaceState = (...what) => {
  change();
  replace(...what);
};

// A pointer that leaves the page may be on its way to the address or to the button Back.
for (const sign of ["pointerdown", "keydown", "blur", "pagehide"]) {
  window.addEventListener(sign, change, { capture: true });
}
document.documentElement.addEventListener("mouseleave", change);
// Already elsewhere.
window.addEventListener("popstate", forget, { capture: true });
