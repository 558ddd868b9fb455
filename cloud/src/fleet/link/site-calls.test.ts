import { expect, test, vi } from "vitest";
import type { Database } from "../../ground/db/database.ts";
import { realWorld, useDatabase } from "../../ground/db/test-databases.ts";
import { createSiteCalls } from "./site-calls.ts";
import type { SiteLink } from "./site-link.ts";

const world = realWorld();
const database = useDatabase("embedded", world);

test("a call that is answered while somebody looks for calls reaches its site once", async () => {
  const real = database.current();
  const row = {
    providerId: "p",
    callId: "c",
    siteId: "s",
    askedBy: "other",
    askedOf: "me",
    method: "reboot",
    params: {},
    askedAtMs: 0,
    deadlineAtMs: world.clock.wall().atMs + 60_000,
  };
  await real.asPlatform("test", (tx) => tx.insertInto("site_calls").values(row).execute());
  const reached = Promise.withResolvers<object>();
  const call = vi.fn(() => reached.promise);
  const links = new Map([["s", { calls: { call } } as unknown as SiteLink]]);
  /** What a look has read, on its way to us. */
  const read = Promise.withResolvers<void>();
  const arrives = Promise.withResolvers<void>();
  let looks = 0;
  const slow: Pick<Database, "asPlatform"> = {
    async asPlatform(reason, work) {
      const found = await real.asPlatform(reason, work);
      if (reason !== "site-calls" || ++looks !== 2) return found;
      read.resolve();
      await arrives.promise;
      return found;
    },
  };
  const calls = createSiteCalls(world, { ...real, ...slow }, { processId: "me", links });
  calls.onNotify("me");
  await vi.waitFor(() => expect(call).toHaveBeenCalledTimes(1));
  await vi.waitFor(() => {
    calls.onNotify("me");
    expect(looks).toBe(2);
  });
  await read.promise;
  reached.resolve({ done: true });
  const answer = () =>
    real.asPlatform("test", (tx) => tx.selectFrom("site_calls").select("answer").executeTakeFirstOrThrow());
  await vi.waitFor(async () => expect((await answer()).answer).toEqual({ result: { done: true } }));
  arrives.resolve();
  await vi.waitFor(() => {
    calls.onNotify("me");
    expect(looks).toBeGreaterThan(3);
  });
  await calls.stop();
  expect(call).toHaveBeenCalledTimes(1);
});
