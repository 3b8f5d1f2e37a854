/* Runs before Streamlit. */

/* A page of the app is one name behind the server's address: without this, a link to a page would
   make Streamlit look for its server under the page's own path first. */
window.__streamlit = { BACKEND_BASE_URL: new URL(".", location.href).href };

/* Whose browser this is: a random token. Safari forgets after a week what a script has written, so
   the server writes it anew, for a year from each visit; and the first time, it is asked to at once. */
(() => {
  const name = "rowbyrow_visitor";
  if (document.cookie.match(`(?:^|; )${name}=([A-Za-z0-9_-]{32})(?:;|$)`)) return;
  const random = () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(24))));
  const token = random().replaceAll("+", "-").replaceAll("/", "_");
  const { pathname } = new URL(".", location.href); // other apps of this host need not know it
  document.cookie = `${name}=${token}; path=${pathname}; max-age=${365 * 24 * 3600}; SameSite=Lax`;
  fetch(".", { headers: { Accept: "text/html" } }).catch(() => {}); // written anew at the next visit
})();

/* Which page this is, for its style: known before anything of it is drawn. A page begins at its top,
   wherever the one before it was left: Streamlit would keep the place. */
(() => {
  const name = () => location.pathname.split("/").at(-1);
  const tell = () => {
    const { dataset } = document.documentElement;
    if (dataset.page === name()) return;
    dataset.page = name();
    document.querySelector(".stMain")?.scrollTo({ top: 0, behavior: "instant" });
  };
  tell();
  new MutationObserver(tell).observe(document, { childList: true, subtree: true });
})();

/* Screen readers say an answer when it changes: Streamlit's containers take no attributes. */
(() => {
  const silent = ["prediction_label", "gesture_label", "own_label", "scene_number"]
    .map((key) => `.st-key-${key}:not([aria-live])`)
    .join();
  new MutationObserver(() => {
    for (const answer of document.querySelectorAll(silent)) answer.setAttribute("aria-live", "polite");
    nameMenu();
  }).observe(document, { childList: true, subtree: true });

  /* The menu of a phone is called as people see it (app.css), not "Expand sidebar". */
  function nameMenu() {
    const { lang } = document.documentElement;
    const menu = document.querySelector(`[data-testid="stExpandSidebarButton"]:not([lang="${lang}"])`);
    const name = menu && getComputedStyle(menu, "::after").content;
    if (!name?.startsWith('"')) return; // not there, or its style is not
    menu.lang = lang;
    menu.setAttribute("aria-label", JSON.parse(name));
  }
})();
