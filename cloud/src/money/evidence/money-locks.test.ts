import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { longTest } from "@karibu/protocol/test-long-run";
import { describe, expect, test } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { isAbsent, useDatabase } from "../../ground/db/test-databases.ts";
import { lockNameInTurn } from "./money-locks.ts";

describe.skipIf(isAbsent("postgresql"))("one order of locks", { timeout: 120_000 }, () => {
  const database = useDatabase("postgresql");

  /** Holds the receipt R while `work` runs. */
  async function withReceiptHeld(work: () => Promise<unknown>): Promise<void> {
    const locked = Promise.withResolvers<void>();
    const done = Promise.withResolvers<void>();
    const holder = database.current().asProvider("p", async (tx) => {
      await lockNameInTurn(tx, "receipt", "R");
      locked.resolve();
      await done.promise;
    });
    await locked.promise;
    await work().finally(done.resolve);
    await holder;
  }

  test("[BEY-09] who wants an earlier lock while holding a later one does not wait for it: the transaction is repeated", async () => {
    let tries = 0;
    const against = async (tx: Tx) => {
      tries++;
      await lockNameInTurn(tx, "credit", "C");
      await lockNameInTurn(tx, "receipt", "R");
    };
    await withReceiptHeld(async () => {
      await expect(database.current().asProvider("p", against)).rejects.toMatchObject({ code: "40001" });
    });
    expect(tries).toBeGreaterThan(1);
  });

  test("[BEY-09] a lock that is held for seven tries is waited for: the work is done, and nobody is told of an error", async () => {
    let tries = 0;
    const seventh = Promise.withResolvers<void>();
    let work: Promise<unknown> = Promise.resolve();
    await withReceiptHeld(async () => {
      work = database.current().asProvider("p", async (tx) => {
        if (++tries === 7) seventh.resolve();
        await lockNameInTurn(tx, "credit", "C");
        await lockNameInTurn(tx, "receipt", "R");
      });
      work.catch(seventh.resolve);
      await seventh.promise;
    });
    await work;
    expect(tries).toBeGreaterThanOrEqual(7);
  });

  longTest(
    "[BEY-09] of two locks of one kind, the one that sorts first comes first; a lock that is free is taken out of turn",
    async () => {
      await withReceiptHeld(async () => {
        const backwards = database.current().asProvider("p", async (tx) => {
          await lockNameInTurn(tx, "receipt", "S");
          await lockNameInTurn(tx, "receipt", "R");
        });
        await expect(backwards).rejects.toMatchObject({ code: "40001" });
        await database.current().asProvider("p", async (tx) => {
          await lockNameInTurn(tx, "credit", "C");
          await lockNameInTurn(tx, "receipt", "Q");
        });
      });
    },
  );
});

test("[BEY-09] rows of refunds, claims, receipts and purchases are locked in turn, or passed over where they are held", () => {
  const room = new URL("..", import.meta.url).pathname;
  const sources = readdirSync(room, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".ts") && !path.endsWith(".test.ts"),
  );
  const locks = sources.flatMap((path) =>
    readFileSync(join(room, path), "utf8")
      .split(";")
      .filter((statement) => /\.for(NoKey)?Update\(/.test(statement))
      .map((statement) => ({ path, statement })),
  );
  const ordered = /selectFrom\("(purchases|receipts|payment_claims|refunds)"\)/;
  const wrong = locks.filter(
    ({ statement }) => ordered.test(statement) && !/\.noWait\(\)|\.skipLocked\(\)/.test(statement),
  );
  expect(locks.length).toBeGreaterThan(5);
  expect(wrong.map(({ path }) => path)).toEqual([]);
});
