import { beforeEach, expect, test } from "vitest";
import { purchaseView } from "../test-facts.ts";
import { pollDelayMs } from "./poll-policy.ts";
import { followEvents } from "./purchase-events.ts";
import { signal } from "./signals.ts";
import type { Store } from "./store.ts";

interface FakeStream {
  readonly url: string;
  readyState: number;
  isClosed: boolean;
  emit(event: "open" | "news" | "over" | "error"): void;
}

let streams: FakeStream[];
let heard: number;
let later: (() => void)[];
let store: Store;
const api = { eventsUrl: (purchaseId: string) => `/events/${purchaseId}` };

beforeEach(() => {
  streams = [];
  heard = 0;
  later = [];
  store = {
    page: signal({ name: "home" }),
    following: signal(null),
    portal: signal(null),
    isTold: signal(false),
    platform: {
      after(_: number, task: () => void) {
        later.push(task);
        return { cancel: () => (later = later.filter((one) => one !== task)) };
      },
    },
    hear: () => void heard++,
  } as unknown as Store;
});

function follow(): void {
  followEvents(store, api, (url) => {
    const listeners = new Map<string, () => void>();
    const stream = {
      url,
      readyState: 0,
      isClosed: false,
      addEventListener: (name: string, listener: () => void) => void listeners.set(name, listener),
      close: () => {
        stream.isClosed = true;
      },
      emit: (event: string) => listeners.get(event)?.(),
    };
    streams.push(stream);
    return stream as never;
  });
}

const wait = (purchaseId: string) => {
  (store.page as unknown as { value: object }).value = { name: "waiting" };
  store.following.value = { view: purchaseView({ purchaseId }), phone: null, sinceMs: 0 };
};

test("[POR-02] while a payment waits the page is told of news, and polls seldom; when it does not wait any more it closes the stream", () => {
  follow();
  expect(streams).toEqual([]);
  wait("a");
  expect(streams.map(({ url }) => url)).toEqual(["/events/a"]);
  streams[0]?.emit("open");
  expect([store.isTold.value, heard]).toEqual([true, 1]);
  streams[0]?.emit("news");
  expect(heard).toBe(2);
  // The same purchase with news is the same stream.
  store.following.value = { view: purchaseView({ purchaseId: "a", state: "paid" }), phone: null, sinceMs: 0 };
  expect(streams).toHaveLength(1);
  (store.page as unknown as { value: object }).value = { name: "online" };
  expect([streams[0]?.isClosed, store.isTold.value]).toEqual([true, false]);
});

test("[POR-02] who stopped waiting is told all the same when they have paid", () => {
  follow();
  const left = (state: "prompted" | "paid") => ({ purchase: { ...purchaseView(), state } });
  (store.portal as unknown as { value: object }).value = left("prompted");
  expect(streams.map(({ url }) => url)).toEqual(["/events/x"]);
  (store.portal as unknown as { value: object }).value = left("paid");
  expect(streams.map(({ isClosed }) => isClosed)).toEqual([true]);
});

test("[POR-02] where the agent has no place or no such route, the page polls each 3 s and tries again after a while", () => {
  follow();
  wait("a");
  const [refused] = streams as [FakeStream];
  refused.readyState = 2;
  refused.emit("error");
  expect(store.isTold.value).toBe(false);
  const facts = { isVisible: true, misses: 0, page: "waiting", isConnecting: false, isShut: false } as const;
  expect([pollDelayMs({ ...facts, isTold: false }), pollDelayMs({ ...facts, isTold: true })]).toEqual([3000, 10_000]);
  expect(pollDelayMs({ ...facts, isTold: true, isConnecting: true })).toBe(1000);
  for (const task of later.splice(0)) task();
  expect(streams).toHaveLength(2);
  store.following.value = null;
  expect(streams[1]?.isClosed).toBe(true);
});

test("[POR-02] a stream that the agent ended after its time is dialled again by the browser: meanwhile the page polls", () => {
  follow();
  wait("a");
  streams[0]?.emit("open");
  streams[0]?.emit("error");
  expect([store.isTold.value, later.length]).toEqual([false, 0]);
  streams[0]?.emit("open");
  expect(store.isTold.value).toBe(true);
  streams[0]?.emit("over");
  expect([store.isTold.value, streams[0]?.isClosed]).toEqual([false, true]);
});

test("[POR-02] a browser without server-sent events polls", () => {
  followEvents(store, api, undefined);
  wait("a");
  expect(streams).toEqual([]);
});
