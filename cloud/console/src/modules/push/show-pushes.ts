/** Alarms while no page of the console is open: shows what the hub pushes, and opens the console at a press. */

import type { WorkerScope } from "../../worker/worker-scope.ts";
import { readPush, shownTo } from "./read-push.ts";

/** @param readOwner for whom this browser shows alarms */
export function showPushes(worker: WorkerScope, readOwner: () => Promise<string | null>): void {
  const { scope } = worker.registration;
  worker.addEventListener("push", (event) => {
    event.waitUntil(show(event.data?.text() ?? ""));
  });
  worker.addEventListener("notificationclick", (event) => {
    event.notification.close();
    const { hash } = event.notification.data as { hash: string };
    event.waitUntil(open(hash));
  });

  async function show(text: string): Promise<void> {
    const { title, body, tag, hash } = shownTo(readPush(text), await readOwner());
    const icon = new URL("icon-192.png", scope).href;
    await worker.registration.showNotification(title, { body, tag, icon, badge: icon, data: { hash } });
  }

  async function open(hash: string): Promise<void> {
    const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
    const console = windows.find(({ url }) => new URL(url).pathname === new URL(scope).pathname);
    if (console === undefined) {
      await worker.clients.openWindow(scope + hash);
      return;
    }
    // First: a browser may refuse to bring a page to the front, and it should stand where it was asked to all the same.
    console.postMessage({ open: hash });
    await console.focus();
  }
}
