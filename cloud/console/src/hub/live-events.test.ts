import { afterEach, expect, test, vi } from "vitest";
import { startEvents } from "./live-events.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a connection on which no heart beats any more is given up and opened anew, and the page does not say that it is live", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  const opened: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>[] = [];
  vi.stubGlobal("fetch", async (_: string, { signal }: { signal: AbortSignal }) => {
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        opened.push(controller);
        signal.addEventListener("abort", () => controller.error(signal.reason));
      },
    });
    return new Response(body);
  });
  const lives: boolean[] = [];
  const events = startEvents();
  events.onConnection((isLive) => lives.push(isLive));
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  await pass(0);
  for (let beats = 0; beats < 5; beats++) {
    await pass(25_000);
    opened[0]?.enqueue(new TextEncoder().encode(": beat\n\n"));
    await vi.waitFor(() => expect(opened).toHaveLength(1));
  }
  await new Promise(setImmediate);
  expect(lives).toEqual([true]);
  await pass(80_000);
  await vi.waitFor(async () => {
    await pass(100);
    expect(opened).toHaveLength(2);
  });
  expect(lives.slice(0, 2)).toEqual([true, false]);
  events.stop();
});
