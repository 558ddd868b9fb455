/** What a service worker finds around itself, as far as this one uses it: the types of pages do not have it. */

interface LastingEvent {
  waitUntil(work: Promise<unknown>): void;
}

interface WorkerEvents {
  install: LastingEvent;
  activate: LastingEvent;
  fetch: LastingEvent & { readonly request: Request; respondWith(answer: Promise<Response>): void };
  message: LastingEvent & { readonly data: unknown; readonly ports: readonly MessagePort[] };
}

export interface WorkerScope {
  addEventListener<Name extends keyof WorkerEvents>(name: Name, listen: (event: WorkerEvents[Name]) => void): void;
  readonly registration: ServiceWorkerRegistration;
  skipWaiting(): Promise<void>;
}
