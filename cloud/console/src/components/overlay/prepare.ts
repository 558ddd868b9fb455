import { restOfWords } from "../../strings/strings.ts";

/**
 * Menus, questions and tips open at a press, and must not wait for the network then, nor make every change of page heavier: they are
 * fetched once, when the first table stands and the browser has nothing else to do.
 */
const laterMs = 1_500;
let isAsked = false;

export function prepareOverlays(): void {
  if (isAsked) return;
  isAsked = true;
  setTimeout(() => {
    // Offline: it is fetched again where it is needed.
    void import("./overlays.ts").catch(() => {});
    void restOfWords().catch(() => {});
  }, laterMs);
}
