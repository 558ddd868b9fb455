import type { SiteDisk } from "@karibu/protocol/health";
import type { Clock } from "@karibu/protocol/world";
import { describe, expect, test } from "vitest";
import { createNotes } from "./site-notes.ts";

function openNotes() {
  let nowMs = 0;
  const timers = new Set<{ atMs: number; run: () => void }>();
  const clock = {
    monotonicMs: () => nowMs,
    after: (delayMs: number, run: () => void) => {
      const timer = { atMs: nowMs + delayMs, run };
      timers.add(timer);
      return { cancel: () => timers.delete(timer) };
    },
  } as unknown as Clock;
  const writes: { disk: SiteDisk; end: PromiseWithResolvers<void> }[] = [];
  const notes = createNotes<SiteDisk>(clock, "ok", (disk) => {
    const end = Promise.withResolvers<void>();
    writes.push({ disk, end });
    return end.promise;
  });
  return {
    notes,
    written: () => writes.map(({ disk }) => disk),
    timers,
    async end(how: "well" | "badly" = "well") {
      const { end } = writes.at(-1) as (typeof writes)[number];
      how === "well" ? end.resolve() : end.reject(new Error("the database is away"));
      await new Promise((resolve) => setImmediate(resolve));
    },
    move(byMs: number) {
      nowMs += byMs;
      for (const timer of [...timers].filter(({ atMs }) => atMs <= nowMs)) {
        timers.delete(timer);
        timer.run();
      }
    },
  };
}

describe("what a site says of its disk", () => {
  test("three thousand changes of mind are one write, then one more a few seconds later, of the newest word", async () => {
    const { notes, written, end, move } = openNotes();
    for (let turn = 0; turn < 3000; turn++) notes.say(turn % 2 === 0 ? "refuses" : "ok");
    notes.say("ok");
    expect(written(), "one is under way").toEqual(["refuses"]);
    await end();
    expect(written(), "and the next one waits").toEqual(["refuses"]);
    move(5000);
    expect(written()).toEqual(["refuses", "ok"]);
    await end();
    for (const disk of ["refuses", "ok"] as const) notes.say(disk);
    move(60_000);
    expect(written(), "back where it was: nothing to write").toHaveLength(2);
  });

  test("what could not be written is written when the site says it again, and nothing after the end of the link", async () => {
    const { notes, written, end, move, timers } = openNotes();
    notes.say("refuses");
    await end("badly");
    move(5000);
    expect(written()).toHaveLength(1);
    notes.say("refuses");
    expect(written()).toHaveLength(2);
    await end();
    notes.say("ok");
    expect(timers.size).toBe(1);
    notes.stop();
    expect(timers.size).toBe(0);
    notes.say("ok");
    expect(written()).toHaveLength(2);
  });
});
