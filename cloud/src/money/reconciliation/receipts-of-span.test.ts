/** Which receipts count for a day, and what is read to know it: a day of last year is compared as fast as yesterday. */
import type { UnixMs } from "@karibu/protocol/quantities";
import fc from "fast-check";
import { sql } from "kysely";
import { expect, test } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { hubSuite } from "../../test-hub.ts";
import { transferEntry } from "../ledger/entries.ts";
import { createLedgerWriter } from "../ledger/post-entry.ts";
import { closeDay } from "./close-day.ts";
import { differencesOf } from "./differences.ts";
import { type ReceiptSpan, receiptsOfSpan } from "./receipts-of-span.ts";

const dayMs = 86_400_000;

/** What of a receipt decides whether it counts for a span. */
interface Drawn {
  readonly channel: "ours" | "another";
  readonly bookedAtMs: number;
  readonly paidAtMs: number | null;
}

hubSuite("receipts of a span", (hub) => {
  async function openBooks(name: string) {
    const { token, providerId } = await hub.makeProvider(name);
    const open = async (shortcode: string): Promise<string> => {
      const secrets = { passkey: "pass key", consumerKey: "consumer key", consumerSecret: "consumer secret" };
      const body = { kind: "mpesa-paybill", shortcode, environment: "sandbox", ...secrets };
      return (await hub.call("POST", "/api/v1/channels", { token, body })).body.id;
    };
    const channels = { ours: await open("600100"), another: await open("600200") };
    const transact = <Result>(work: (tx: Tx) => Promise<Result>) => hub.database().asProvider(providerId, work);
    const place = { providerId, channelId: channels.ours, rail: "mpesa", currency: "KES" };
    const writer = createLedgerWriter({ world: hub.world, onCredit: async () => {} });
    const money = { from: "suspense", to: `clearing:${channels.ours}`, amountCents: 100, currency: "KES" } as const;
    const entry = { entryId: "e", entry: transferEntry("e", "receipt", money) };
    await transact((tx) => writer.postMany(tx, providerId, [entry], 1));
    /** Receipts of 100, named R0, R1 and so on. */
    const book = (tx: Tx, drawn: readonly Drawn[]) => {
      const rows = drawn.map((row, n) => ({ ...row, receipt: `R${n}`, channelId: channels[row.channel] }));
      return sql`
          insert into receipts (provider_id, rail, receipt, channel_id, amount_cents, plan_cents, credit_cents, suspense_cents, currency,
            entry_id, state, booked_at_ms, paid_at_ms)
          select ${providerId}::text, 'mpesa', receipt, "channelId", 100, 0, 0, 100, 'KES', 'e', 'suspense', "bookedAtMs", "paidAtMs"
          from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
            as row (receipt text, "channelId" text, "bookedAtMs" bigint, "paidAtMs" bigint)`.execute(tx);
    };
    return { place, transact, book, providerId };
  }

  test("[BEY-09] those of a span are all that were ever booked, held against its bounds one by one: late callbacks, unknown times, listed ones", async () => {
    const { place, transact, book } = await openBooks("Game");
    // Times stand close together and at the bounds themselves.
    const time = fc.integer({ min: 0, max: 12 });
    const receipt = fc.record<Drawn>({
      channel: fc.constantFrom("ours", "ours", "ours", "another"),
      bookedAtMs: time,
      paidAtMs: fc.option(time),
    });
    const game = fc.record({
      receipts: fc.array(receipt, { maxLength: 40 }),
      listed: fc.array(fc.integer({ min: 0, max: 45 }), { maxLength: 8 }),
      bounds: fc.tuple(time, time, time),
    });
    const play = fc.asyncProperty(game, async ({ receipts, listed, bounds: [fromMs, untilMs, bookedFromMs] }) => {
      const span: ReceiptSpan = { fromMs, untilMs, bookedFromMs, listed: listed.map((n) => `R${n}`) };
      const found = await transact(async (tx) => {
        await tx.deleteFrom("receipts").execute();
        await book(tx, receipts);
        return (await receiptsOfSpan(place, span).execute(tx)).rows;
      });
      const expected = receipts.flatMap(({ channel, bookedAtMs, paidAtMs }, n) => {
        const atMs = paidAtMs ?? bookedAtMs;
        const isOfSpan = (atMs >= fromMs && atMs < untilMs) || listed.includes(n);
        if (channel !== "ours" || bookedAtMs < bookedFromMs || !isOfSpan) return [];
        return [{ receipt: `R${n}`, amountCents: 100, returnedCents: 0, state: "suspense", atMs }];
      });
      const byName = (rows: readonly { readonly receipt: string }[]) =>
        rows.toSorted((one, other) => Number(one.receipt.slice(1)) - Number(other.receipt.slice(1)));
      expect(byName(found)).toEqual(byName(expected));
    });
    await fc.assert(play, { numRuns: 150 });
  });

  test("[BEY-09] an old day is closed and compared by its own rows: what came in and was imported since is not read", async () => {
    const { place, transact, book, providerId } = await openBooks("Old day");
    const { utcOffsetMinutes: offset } = await transact((tx) =>
      tx.selectFrom("providers").select("utcOffsetMinutes").executeTakeFirstOrThrow(),
    );
    const fromMs = Date.parse("2026-01-05T00:00:00Z") - offset * 60_000;
    // 100 receipts a day, each a minute after the other, for 120 days; a third of them without the channel's time.
    const receipts = Array.from({ length: 12_000 }, (_, n): Drawn => {
      const atMs = fromMs + Math.floor(n / 100) * dayMs + (n % 100) * 60_000;
      return { channel: "ours", bookedAtMs: atMs + 5000, paidAtMs: n % 3 === 0 ? null : atMs };
    });
    await transact(async (tx) => {
      await book(tx, receipts);
      const statement = {
        providerId,
        channelId: place.channelId,
        layout: "long",
        balance: "absent",
      } as const;
      await tx
        .insertInto("statements")
        .values({
          ...{
            ...statement,
            isOfOtherAccount: false,
            statementId: "s",
            fileHash: "s",
            importedBy: "me",
            importedAtMs: 1,
          },
          ...{
            fromMs,
            toMs: fromMs + 120 * dayMs,
            inflowRows: 12_000,
            inflowCents: 1,
            openingCents: null,
            closingCents: null,
          },
        })
        .execute();
      await sql`
          insert into statement_lines (provider_id, statement_id, line, receipt, kind, amount_cents, completed_at_ms)
          select provider_id, 's', row_number() over (), receipt, 'inflow', amount_cents, coalesce(paid_at_ms, booked_at_ms) from receipts`.execute(
        tx,
      );
    });
    await hub.database().alone("write", (execute) => execute("analyze receipts, statement_lines"));
    /** Rows of both tables that the database looked at. A table this short the planner may read whole; a year's it can't, and has these indexes for. */
    const rowsRead = (work: (tx: Tx) => Promise<void>) =>
      transact(async (tx) => {
        for (const way of ["seqscan", "hashjoin", "mergejoin", "material"])
          await sql`select set_config(${`enable_${way}`}, 'off', true)`.execute(tx);
        // What this connection did in the last second may not be handed on yet, and stands among them.
        const sinceThen = async () => {
          const { rows } = await sql<{ read: number | string }>`
              select coalesce(sum(seq_tup_read + idx_tup_fetch), 0) as read from pg_stat_xact_user_tables
              where relname in ('receipts', 'statement_lines')`.execute(tx);
          return Number(rows[0]?.read);
        };
        const before = await sinceThen();
        await work(tx);
        return (await sinceThen()) - before;
      });
    const compared = await rowsRead(async (tx) => {
      const listed = Array.from({ length: 100 }, (_, n) => ({ receipt: `R${n}`, amountCents: 100 }) as never);
      const span = { fromMs, toMs: fromMs + dayMs - 1000, isOfOtherAccount: false };
      expect((await differencesOf(tx, place, listed, [], span)).found).toEqual([]);
    });
    const closed = await rowsRead(async (tx) => {
      const atMs = (fromMs + 200 * dayMs) as UnixMs;
      const clock = { wall: () => ({ atMs, quality: "synced" as const }) };
      const sums = await closeDay(tx, { ...place, day: "2026-01-05" }, { userId: "me", clock });
      expect(sums).toEqual({ bookedCents: 10_000, statementCents: 10_000, account: null });
    });
    // 100 receipts and 100 lines, each looked at a few times.
    expect({ compared: compared < 1000, closed: closed < 1000 }, `${compared} and ${closed} rows`).toEqual({
      compared: true,
      closed: true,
    });
  });
});
