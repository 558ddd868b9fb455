import { expect, test } from "vitest";
import type { WorkerScope } from "../../worker/worker-scope.ts";
import { showPushes } from "./show-pushes.ts";

/** A worker of the console at `https://hub.test/`, and the pages that are open in the browser. */
function workerWith(open: readonly string[]) {
  const seen: unknown[] = [];
  const listeners = new Map<string, (event: unknown) => void>();
  const scope = {
    addEventListener: (name: string, listen: (event: unknown) => void) => void listeners.set(name, listen),
    registration: {
      scope: "https://hub.test/",
      showNotification: async (title: string, options: object) => void seen.push({ title, ...options }),
    },
    clients: {
      matchAll: async () =>
        open.map((url) => ({
          url,
          focus: async () => void seen.push(`focus ${url}`),
          postMessage: (message: unknown) => void seen.push(message),
        })),
      openWindow: async (url: string) => void seen.push(`open ${url}`),
    },
  };
  showPushes(scope as unknown as WorkerScope, async () => "u1");
  return {
    seen,
    async happens(name: string, event: object): Promise<void> {
      let work: Promise<unknown> = Promise.resolve();
      listeners.get(name)?.({
        ...event,
        waitUntil: (given: Promise<unknown>) => {
          work = given;
        },
      });
      await work;
    },
  };
}

const notification = { close() {}, data: { hash: "#/alarms" } };

test("[MSG-07] what the hub pushes is shown, the newer one in place of the older one of its alarm", async () => {
  const worker = workerWith([]);
  const said = {
    title: "Alpha: Alarm",
    body: "The site is silent: Harbour",
    tag: "a1",
    reader: "u1",
    hash: "#/alarms",
  };
  await worker.happens("push", { data: { text: () => JSON.stringify(said) } });
  const icon = "https://hub.test/icon-192.png";
  const { title, body, tag, hash } = said;
  expect(worker.seen).toEqual([{ title, body, tag, icon, badge: icon, data: { hash } }]);
  await worker.happens("push", { data: null });
  expect(worker.seen).toHaveLength(2);
});

test("[MSG-07] a press opens the console, or the page of it that is open already; never the customers' page", async () => {
  const closed = workerWith(["https://hub.test/my"]);
  await closed.happens("notificationclick", { notification });
  expect(closed.seen).toEqual(["open https://hub.test/#/alarms"]);
  const opened = workerWith(["https://hub.test/my", "https://hub.test/#/sell"]);
  await opened.happens("notificationclick", { notification });
  expect(opened.seen).toEqual([{ open: "#/alarms" }, "focus https://hub.test/#/sell"]);
});
