/**
 * Keeps the console's shell, so that it opens without the hub and can stand on a home screen. It keeps the code and pictures of one release:
 * no answer of the API, nothing of a person. A new release waits until somebody takes it (`frame/new-version.ts`).
 *
 * Attacks   What is kept outlives a log-out and is the same for everybody: so it holds nothing but the release's own files. A page that is
 *           cached wrongly would stay for ever: so the page itself is asked for at the hub first each time.
 */
import { workersOfModules } from "./modules/all-workers.ts";
import { answerOf, cacheOf, outdated, pageName, type ShellFiles } from "./worker/shell-policy.ts";
import type { WorkerScope } from "./worker/worker-scope.ts";

/** Set by the build. */
declare const shellFiles: ShellFiles;

const worker = self as unknown as WorkerScope;
/** Then a kept page is better than a slow one. */
const pagePatienceMs = 5_000;

const kept = () => caches.open(cacheOf(shellFiles));
const { scope } = worker.registration;

worker.addEventListener("install", (event) => {
  // What has its hash in its name is in the browser's own cache already.
  const isHashed = (name: string) => name.startsWith("assets/");
  const first = shellFiles.first.map(
    (name) => new Request(new URL(name, scope), { cache: isHashed(name) ? "default" : "no-cache" }),
  );
  event.waitUntil(kept().then((cache) => cache.addAll(first)));
});

worker.addEventListener("activate", (event) => {
  const forget = async () => {
    for (const name of outdated(await caches.keys(), shellFiles)) await caches.delete(name);
  };
  event.waitUntil(forget());
});

worker.addEventListener("fetch", (event) => {
  const answer = answerOf(event.request, scope, shellFiles);
  if (answer === "page") event.respondWith(page(event.request));
  if (answer === "file") event.respondWith(file(event.request));
});

worker.addEventListener("message", (event) => {
  if (event.data === "take-over") event.waitUntil(worker.skipWaiting());
  if (event.data === "which-build") event.ports[0]?.postMessage(shellFiles.build);
});

for (const join of workersOfModules) join(worker);

async function page(request: Request): Promise<Response> {
  const fromHub = await fetch(request, { signal: AbortSignal.timeout(pagePatienceMs) }).catch(() => null);
  // A proxy whose hub is away answers 502.
  if (fromHub !== null && fromHub.status < 500) return fromHub;
  return (await (await kept()).match(new URL(pageName, scope))) ?? fromHub ?? Response.error();
}

async function file(request: Request): Promise<Response> {
  const cache = await kept();
  const own = await cache.match(request);
  if (own !== undefined) return own;
  const fetched = await fetch(request);
  if (fetched.ok) await cache.put(request, fetched.clone());
  return fetched;
}
