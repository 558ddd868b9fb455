/**
 * The hub's live events: server-sent events, read over `fetch` because an EventSource can't send our token. After a lost
 * connection the stream resumes where it stopped. Events carry no data: pages read again what they show.
 */
import type { HubEvent } from "@karibu/cloud/ground/events/emit";
import { openStream } from "./api.ts";
import { type StreamEvent, splitEvents } from "./event-stream.ts";

/** What the hub says events of: a page that waits for another one would wait for ever. */
export type Topic = HubEvent["topic"];

export interface EventsByTopic {
  /** Calls `listener` after events of these topics; a burst of events is one call. Returns the function that stops it. */
  on(topics: readonly Topic[], listener: () => void): () => void;
}

export interface LiveEvents extends EventsByTopic {
  onConnection(listener: (connected: boolean) => void): void;
  stop(): void;
}

/** For who hears none, a program or support access without the permission: their pages only read at intervals. */
export const noEvents: LiveEvents = { on: () => () => {}, onConnection: () => {}, stop: () => {} };

const gatherMs = 150;
const reconnectMsMax = 15_000;
/** The hub's heart beats every 25 seconds: after three beats that did not come nobody is there, whatever the browser thinks of the connection. */
const silenceMsMax = 75_000;

export function startEvents(): LiveEvents {
  const listeners = new Set<{ topics: readonly Topic[]; listener: () => void; due: boolean }>();
  const watchers = new Set<(connected: boolean) => void>();
  const stopped = new AbortController();
  let lastId: string | null = null;

  const notifyWatchers = (connected: boolean) => {
    for (const watcher of watchers) watcher(connected);
  };

  function deliver(event: StreamEvent): void {
    if (event.id !== null) lastId = event.id;
    if (event.data === "") return;
    const { topic } = JSON.parse(event.data) as { readonly topic: Topic | "*" };
    for (const entry of listeners) {
      if (entry.due || !(topic === "*" || entry.topics.includes(topic))) continue;
      entry.due = true;
      setTimeout(() => {
        entry.due = false;
        entry.listener();
      }, gatherMs);
    }
  }

  async function readOnce(): Promise<void> {
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (lastId !== null) headers["Last-Event-ID"] = lastId;
    const connection = new AbortController();
    const end = () => connection.abort();
    stopped.signal.addEventListener("abort", end);
    let silence = setTimeout(end, silenceMsMax);
    try {
      const response = await openStream("/api/v1/events", headers, connection.signal);
      notifyWatchers(true);
      const reader = (response.body as ReadableStream<BufferSource>).pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        clearTimeout(silence);
        silence = setTimeout(end, silenceMsMax);
        const split = splitEvents(rest + value);
        rest = split.rest;
        for (const event of split.events) deliver(event);
      }
    } finally {
      clearTimeout(silence);
      stopped.signal.removeEventListener("abort", end);
    }
  }

  async function keepReading(): Promise<void> {
    for (let failures = 0; !stopped.signal.aborted; failures++) {
      const before = Date.now();
      await readOnce().catch(() => {});
      if (stopped.signal.aborted) return;
      notifyWatchers(false);
      if (Date.now() - before > 30_000) failures = 0;
      const waitMs = Math.random() * Math.min(reconnectMsMax, 500 * 2 ** Math.min(failures, 10));
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
  void keepReading();

  return {
    on(topics, listener) {
      const entry = { topics, listener, due: false };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    onConnection: (listener) => void watchers.add(listener),
    stop: () => stopped.abort(),
  };
}
