/** Alarms while no page of the console is open: shows what the hub pushes, and opens the console at a press. */
import { readPush } from "./read-push.ts";
import type { WorkerScope } from "./worker-scope.ts";

export function showPushes(worker: WorkerScope): void {
  const { scope } = worker.registration;
  worker.addEventListener("push", (event) => {
    const { title, body, tag, hash } = readPush(event.data?.text() ?? "");
    const icon = new URL("icon-192.png", scope).href;
    event.waitUntil(worker.registration.showNotification(title, { body, tag, icon, badge: icon, data: { hash } }));
  });
  worker.addEventListener("notificationclick", (event) => {
    event.notification.close();
    const { hash } = event.notification.data as { hash: string };
    event.waitUntil(open(hash));
  });

  async function open(hash: string): Promise<void> {
    const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
    const console = windows.find(({ url }) => new URL(url).pathname === new URL(scope).pathname);
    if (console === undefined) {
      await worker.clients.openWindow(scope + hash);
      return;
    }
    await console.focus();
    console.postMessage({ open: hash });
  }
}
