/**
 * While a payment waits, the agent says when there is news (`/api/purchases/{id}/events`), and the page asks then. Without such a stream (an older
 * agent, all places taken, a browser that has none) the page polls.
 */

import type { ActionsApi } from "./actions-api.ts";
import { computed, effect } from "./signals.ts";
import type { Store } from "./store.ts";

/** A stream that was refused is tried again after this time, if the purchase still waits then. */
const tryAgainMs = 30_000;

export type OpenEvents = (url: string) => Pick<EventSource, "close" | "readyState" | "addEventListener">;

/** `openEvents` undefined: the browser has no such thing. */
export function followEvents(
  store: Store,
  api: Pick<ActionsApi, "eventsUrl">,
  openEvents: OpenEvents | undefined = browsersOwn(),
): void {
  if (openEvents === undefined) return;
  const { following, isTold, page, portal, platform } = store;
  const purchaseId = computed(() => {
    if (page.value.name === "online") return null;
    const view = following.value?.view;
    if (view !== undefined) return view.state === "failed" ? null : view.purchaseId;
    // The customer has stopped waiting, and may pay all the same.
    const left = portal.value?.purchase ?? null;
    return left === null || left.state === "failed" || left.state === "paid" ? null : left.purchaseId;
  });
  effect(() => (purchaseId.value === null ? undefined : follow(api.eventsUrl(purchaseId.value))));

  function follow(url: string): () => void {
    let stream = open(url);
    let timer: { cancel(): void } | null = null;
    return () => {
      timer?.cancel();
      stream.close();
      isTold.value = false;
    };

    function open(at: string): ReturnType<OpenEvents> {
      const opened = (openEvents as OpenEvents)(at);
      const isOpen = (is: boolean) => {
        isTold.value = is;
        store.hear();
      };
      opened.addEventListener("open", () => isOpen(true));
      opened.addEventListener("news", store.hear);
      // The last word: what is left to wait for comes by polls.
      opened.addEventListener("over", () => {
        opened.close();
        isOpen(false);
      });
      opened.addEventListener("error", () => {
        if (isTold.value) isOpen(false);
        const isRefused = opened.readyState === 2; // `EventSource.CLOSED`: the browser does not dial again
        if (isRefused)
          timer = platform.after(tryAgainMs, () => {
            stream = open(at);
          });
      });
      return opened;
    }
  }
}

function browsersOwn(): OpenEvents | undefined {
  return typeof EventSource === "undefined" ? undefined : (url) => new EventSource(url);
}
