/**
 * The first script of the page, a few hundred bytes, before anything is drawn: is this somebody who works here, or a visitor? A visitor reads
 * the hub's first page and fetches no console. Who is logged in, or follows an address of the console (`#/…`), gets the console at once.
 */
import { markKey, supportKey } from "./hub/log-in-mark.ts";

const code = document.currentScript?.dataset.console ?? "";
let isStarted = false;
/** The console's code is here. On a slow link, or out of the browser's store, it comes before the end of the page. */
let isHere = false;

function isExpected(): boolean {
  if (location.hash.startsWith("#/") || location.pathname !== "/") return true;
  try {
    return localStorage.getItem(markKey) === "in" || sessionStorage.getItem(supportKey) !== null;
  } catch {
    return false;
  }
}

function start(): void {
  if (isStarted) return;
  isStarted = true;
  const page = document.documentElement;
  page.classList.add("console");
  import(code).then(
    () => {
      isHere = true;
      document.getElementById("welcome")?.remove();
    },
    () => {
      // The next try begins anew; until then there is something to read.
      isStarted = false;
      page.classList.remove("console");
    },
  );
}

if (isExpected()) start();
window.addEventListener("hashchange", () => {
  if (isExpected()) start();
});
document.addEventListener("DOMContentLoaded", () => {
  const welcome = document.getElementById("welcome");
  if (welcome === null) start();
  else if (isHere) welcome.remove();
});
