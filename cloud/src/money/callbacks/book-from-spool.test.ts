/** What lies in the spool, and one of it that somebody is in the way of. */
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { isAbsent, realWorld, useDatabase } from "../../ground/db/test-databases.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { Channels } from "../channels/channels.ts";
import { createBooking } from "./book-from-spool.ts";
import type { RawCallback } from "./raw-callback.ts";

describe.skipIf(isAbsent("postgresql"))("callbacks in the spool", () => {
  const database = useDatabase("postgresql");

  test("[PAY-02] one that needs what somebody holds keeps no other from being booked, and is booked once nobody does", async () => {
    const held = (how: string) => sql`select pg_advisory_xact_lock(hashtextextended(${how}, 0))`;
    const taken: string[] = [];
    const takeIn = async (...[tx, { secret }]: Parameters<Parameters<typeof createBooking>[1]["takeIn"]>) => {
      if (secret === "held") await held("held").execute(tx);
      taken.push(secret);
      return { status: 200, body: {} } as const;
    };
    const parts = { world: realWorld(), database: database.current(), jobs: { wake() {} } as JobQueue };
    const handOn = createBooking(
      { ...parts, envelope: {} as Envelope, channels: {} as Channels },
      { takeIn },
      () => {},
    );
    const records = ["first", "held", "last"].map((secret) => {
      const callback: RawCallback = {
        kind: "confirmation",
        channelToken: "c",
        secret,
        body: "{}",
        remoteAddress: null,
      };
      return { id: secret, text: JSON.stringify(callback) };
    });
    const [locked, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holder = database.current().asPlatform("in-the-way", async (tx) => {
      await held("held").execute(tx);
      locked.resolve();
      await end.promise;
    });
    await locked.promise;
    await expect(handOn(records)).rejects.toMatchObject({ code: "55P03" });
    expect(taken.slice(1)).toEqual(["first", "last"]);
    end.resolve();
    await holder;
    taken.length = 0;
    expect(await handOn(records)).toEqual([]);
    expect(taken).toEqual(["held"]);
  });
});
