/** What it costs the database when a customer presses "Buy", until the prompt is on the phone. */
import { randomBytes } from "node:crypto";
import { isAbsent, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { watchStatements } from "@karibu/cloud/ground/db/test-statements";
import { createEmit } from "@karibu/cloud/ground/events/record";
import { undiciCall } from "@karibu/cloud/ground/http-client/http-call";
import { type StartPurchaseResult, startPurchase } from "@karibu/protocol/rpc/start-purchase";
import { sql } from "kysely";
import { describe, expect, onTestFinished, test } from "vitest";
import { sampleApp } from "../daraja/sample-app.ts";
import { eventually, openChannel, openShop, type Shop, silentAsk, startDaraja, startHub } from "./payments-hub.ts";
import { createIdleQueue, isAnnouncement } from "./test-payment-statements.ts";

const engine = "postgresql";
/** What one paid purchase leaves, and what still waits to be judged. */
interface Booked {
  readonly grants: number;
  readonly entries: number;
  readonly open: number;
}
const booked = sql`select (select count(*)::int from grants) as grants,
  (select count(*)::int from ledger_entries) as entries,
  (select count(*)::int from evidence where state = 'new') as open`;
const ofIdleQueue = "select pg_notify($1, '')";

describe.skipIf(isAbsent(engine))("a purchase that is started", { timeout: 120_000 }, () => {
  const database = useDatabase(engine);

  test("[PAY-02] costs two transactions of some twenty statements in all, and neither of them wakes anybody before its commit", async () => {
    const daraja = await startDaraja({ promptMs: 600_000 });
    const hub = await startHub(database.current(), daraja, {
      masterKey: new Uint8Array(randomBytes(32)),
      ask: silentAsk,
      emit: createEmit,
      jobs: createIdleQueue(database.current()),
    });
    const { planId, ...site } = await openShop(database.current());
    await openChannel(hub, database.current(), site.providerId);
    const start = (phone: string) => hub.rpc(startPurchase.method, site, { idempotencyKey: phone, planId, phone });
    await start("254712000001");
    const statements = watchStatements();
    await expect(start("254712000002")).resolves.toMatchObject({ kind: "started", state: { state: "prompted" } });
    // Listeners are woken after the commit, many by one statement; and the queue that a hub runs needs no NOTIFY for a job that waits 20 seconds.
    const all = statements.sent().filter((text) => !isAnnouncement(text) && text !== ofIdleQueue);
    expect(all.filter((text) => text.includes("pg_notify"))).toEqual([]);
    expect(all.filter((text) => text === "commit")).toHaveLength(2);
    expect(all.length).toBeLessThanOrEqual(20);
    await hub.stop();
    await daraja.stop();
  });

  describe("beside fourteen others of three providers", () => {
    // Two of them are odd: see `scripted-phones.ts`.
    const odd = { lost: "254700000010", refused: "254700000014" };
    const phones = [
      ["254712000101", "254712000102", "254712000103", "254712000104", "254712000105"],
      ["254712000201", "254712000202", "254712000203", odd.lost, "254712000205"],
      ["254712000301", odd.refused, "254712000303", "254712000304", "254712000305"],
    ];

    /**
     * Each is started in the same moment, at a channel that has taken a prompt before.
     * @param onAnswers before each transaction that takes answers in; with how many pushes are answered
     */
    async function startAll(onAnswers: (answered: () => number) => Promise<unknown>) {
      const base = database.current();
      let [pushed, isCrowd] = [0, false];
      const http: typeof undiciCall = async (...call) => {
        const answer = await undiciCall(...call);
        if (call[0].url.endsWith("/mpesa/stkpush/v1/processrequest")) pushed++;
        return answer;
      };
      const asBooker: typeof base.asBooker = async (...asked) => {
        if (isCrowd) await onAnswers(() => pushed);
        return base.asBooker(...asked);
      };
      const apps = phones.map((_, index) => ({
        ...sampleApp,
        consumerKey: `key-${index}`,
        shortcode: `17437${index}`,
      }));
      const daraja = await startDaraja({ promptMs: 600_000, apps });
      const hub = await startHub({ ...base, asBooker }, daraja, {
        masterKey: new Uint8Array(randomBytes(32)),
        ask: silentAsk,
        emit: createEmit,
        http,
        jobs: createIdleQueue(base),
      });
      onTestFinished(async () => {
        await hub.stop();
        await daraja.stop();
      });
      const shops = await Promise.all(phones.map(() => openShop(base)));
      const start = ({ planId, ...site }: Shop, phone: string) =>
        hub.rpc(startPurchase.method, site, { idempotencyKey: phone, planId, phone }) as Promise<StartPurchaseResult>;
      for (const [index, shop] of shops.entries()) {
        await openChannel(hub, base, shop.providerId, apps[index]);
        await start(shop, `25472200000${index}`);
      }
      [pushed, isCrowd] = [0, true];
      const statements = watchStatements();
      const all = shops.flatMap((shop, index) => (phones[index] ?? []).map((phone) => ({ shop, phone })));
      const answers = await Promise.all(all.map(({ shop, phone }) => start(shop, phone)));
      const stateOf = new Map(all.map(({ phone }, index) => [phone, answers[index]]));
      const evidence = await base.asPlatform("test", (tx) =>
        sql<{ outcome: string; rows: number }>`
          select outcome, count(*)::int as rows from evidence where source = 'push-answer'
            and provider_id = any(${shops.map(({ providerId }) => providerId)}::text[]) group by 1 order by 1`.execute(
          tx,
        ),
      );
      return { stateOf, sent: statements.sent(), evidence: evidence.rows };
    }

    const prompted = { kind: "started", state: { state: "prompted", reason: null } };
    const inTheEnd = (stateOf: ReadonlyMap<string, StartPurchaseResult | undefined>) => {
      for (const phone of phones.flat().filter((each) => !Object.values(odd).includes(each)))
        expect(stateOf.get(phone), phone).toMatchObject(prompted);
      expect(stateOf.get(odd.lost)).toMatchObject({ kind: "started", state: { state: "unknown" } });
      expect(stateOf.get(odd.refused)).toMatchObject({ kind: "started", state: { state: "failed" } });
    };
    const outcomes = [
      { outcome: "accepted by the channel", rows: 16 },
      { outcome: "failed: merchant-problem", rows: 1 },
      { outcome: "unknown", rows: 1 },
    ];

    test("[PAY-02] shares the transaction that takes in the answers, and the odd ones go alone", async () => {
      // The first answer waits until all have come: those behind it are the next batch.
      const { stateOf, sent, evidence } = await startAll((answered) =>
        eventually(
          async () => answered(),
          (count) => expect(count).toBe(15),
        ),
      );
      inTheEnd(stateOf);
      expect(evidence).toEqual(outcomes);
      const written = sent.filter((text) => text.includes("update purchases set"));
      expect(written.length).toBeGreaterThanOrEqual(2);
      expect(written.length).toBeLessThanOrEqual(6);
    });

    test("[PAY-02] and each is taken in alone where a transaction of all fails", async () => {
      const { stateOf, evidence } = await startAll(() => Promise.reject(new Error("the database is away")));
      inTheEnd(stateOf);
      expect(evidence).toEqual(outcomes);
    });
  });

  test("[PAY-04] whose callback is faster than the answer to its prompt is paid by that answer, and the callback's own booking finds it done", async () => {
    const gate = Promise.withResolvers<void>();
    const base = database.current();
    const asBooker: typeof base.asBooker = async (providerIds, work, how) => {
      // The answer waits for nobody.
      if (how?.canWait !== true) await gate.promise;
      return base.asBooker(providerIds, work, how);
    };
    const daraja = await startDaraja();
    const hub = await startHub({ ...base, asBooker }, daraja, { masterKey: new Uint8Array(randomBytes(32)) });
    const { planId, ...site } = await openShop(base);
    await openChannel(hub, base, site.providerId);
    const phone = "254700000009"; // pays before the push is answered: see `scripted-phones.ts`
    await expect(hub.rpc(startPurchase.method, site, { idempotencyKey: phone, planId, phone })).resolves.toMatchObject({
      kind: "started",
      state: { state: "paid", receipt: expect.any(String) },
    });
    gate.resolve();
    const read = () => base.asProvider(site.providerId, (tx) => sql<Booked>`${booked}`.execute(tx));
    await eventually(read, ({ rows }) => expect(rows).toEqual([{ grants: 1, entries: 1, open: 0 }]));
    await hub.stop();
    await daraja.stop();
  });
});
