import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import type { OpenDatabase } from "./ground/db/open-database.ts";
import { untilStarted } from "./open-when-there.ts";

const lost = new Error("Connection terminated unexpectedly");

/** A server that fails so many times before it answers. */
function failing(times: number, error = lost) {
  let left = times;
  const answer = async () => {
    if (left-- > 0) throw error;
    return "there";
  };
  return { asPlatform: answer, asProvider: answer, listen: answer } as unknown as OpenDatabase;
}

test.each(["asPlatform", "asProvider", "listen"] as const)(
  "[BEY-05] a database that goes away while the hub starts is asked again until it is back: %s",
  async (ask) => {
    const world = createSimulatedWorld(1);
    const { database } = untilStarted(world, failing(40));
    const begunMs = world.clock.monotonicMs();
    const asked = (database[ask] as unknown as () => Promise<unknown>)();
    expect(await passTimeUntil(world, asked)).toBe("there");
    expect(world.clock.monotonicMs() - begunMs).toBeGreaterThanOrEqual(40_000);
  },
);

test("once the hub has started, and where the work itself is wrong, whoever asks hears of it at once", async () => {
  const world = createSimulatedWorld(1);
  const after = untilStarted(world, failing(1));
  after.started();
  await expect(after.database.asPlatform("test", async () => null)).rejects.toBe(lost);
  const wrong = Object.assign(new Error("no such column"), { code: "42703" });
  const { database } = untilStarted(world, failing(1, wrong));
  await expect(database.asPlatform("test", async () => null)).rejects.toBe(wrong);
});
