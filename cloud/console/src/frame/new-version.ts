/**
 * The console's worker, from the page's side: registers it, and tells when a newer release of the console is there. A newer worker waits, so that
 * nobody loses what they type; where this page has the newer release already (it was opened after the worker was fetched), the worker takes over at once.
 */

const takeOverPatienceMs = 4_000;
const lookAgainMs = 3_600_000;
const ownBuild = () => document.querySelector<HTMLMetaElement>('meta[name="karibu-build"]')?.content ?? "";

let registered: ServiceWorkerRegistration | null = null;

/** Does nothing where browsers have no workers: over plain http, and in some private windows. */
export async function startWorker(onNewVersion: () => void): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  // A browser that refuses it shows the same console, only not without the hub.
  registered =
    (await navigator.serviceWorker.register("./worker.js", { updateViaCache: "none" }).catch(() => null)) ?? null;
  if (registered === null) return;
  const registration = registered;
  const judge = async (worker: ServiceWorker) => {
    if ((await buildOf(worker)) === ownBuild()) worker.postMessage("take-over");
    else onNewVersion();
  };
  if (registration.waiting !== null) void judge(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    coming?.addEventListener("statechange", () => {
      // The very first worker replaces nobody, and does not wait.
      if (coming.state === "installed" && registration.active !== null) void judge(coming);
    });
  });
  let lookedAtMs = performance.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || performance.now() - lookedAtMs < lookAgainMs) return;
    lookedAtMs = performance.now();
    registration.update().catch(() => {});
  });
}

/** The page begins again, with the newer release. */
export async function takeNewVersion(): Promise<void> {
  const waiting = registered?.waiting ?? null;
  if (waiting !== null && navigator.serviceWorker.controller !== null) {
    const hasChanged = new Promise<void>((resolve) => {
      navigator.serviceWorker.addEventListener("controllerchange", () => resolve(), { once: true });
      setTimeout(resolve, takeOverPatienceMs);
    });
    waiting.postMessage("take-over");
    await hasChanged;
  }
  location.reload();
}

function buildOf(worker: ServiceWorker): Promise<string> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(String(data));
    worker.postMessage("which-build", [port2]);
  });
}
