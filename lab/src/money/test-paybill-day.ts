/**
 * A day at a paybill, compressed: pushes and payments from the M-Pesa menu. Known shares are lost, doubled, late, badly typed or
 * reversed. In the evening the statement is imported. The result is a table of figures.
 */
import { randomBytes } from "node:crypto";
import type { OpenDatabase } from "@karibu/cloud/ground/db/open-database";
import { createPgBossQueue } from "@karibu/cloud/ground/jobs/pg-boss-queue";
import { defaultAskSettings } from "@karibu/cloud/money/questions/ask-policy";
import { sampleApp } from "../daraja/sample-app.ts";
import { statementCsv } from "../daraja/statement.ts";
import { seededRandom } from "../world/seeded-random.ts";
import { eventually, openChannel, openShop, readBooks, startDaraja, startHub } from "./payments-hub.ts";

export interface Day {
  readonly payments: number;
  readonly seed: number;
}

export interface DayFigures {
  readonly payments: number;
  readonly pushed: number;
  readonly lost: number;
  /** Of these, paid from the menu: the hub knows of none to ask about. */
  readonly lostUnasked: number;
  readonly doubled: number;
  readonly late: number;
  readonly badlyTyped: number;
  readonly cancelled: number;
  readonly reversed: number;
  /** By the channel's books and by the hub's, before reversals. */
  readonly movedCents: number;
  readonly bookedCents: number;
  /** Receipts that only the statement showed, and receipts without an owner. */
  readonly foundByStatement: number;
  readonly inSuspense: number;
  readonly differences: number;
  readonly ledgerSumCents: number;
  readonly uncorroborated: number;
  readonly seconds: number;
}

type Fate = "plain" | "lost" | "doubled" | "late" | "badly-typed" | "cancelled";

/** Shares of the day's payments, per thousand. The rest are plain. */
const shares: readonly (readonly [Fate, number])[] = [
  ["lost", 50],
  ["doubled", 30],
  ["late", 20],
  ["badly-typed", 10],
  ["cancelled", 40],
];
const reversals = 10;
const atOnce = 20;

interface Payment {
  readonly msisdn: string;
  readonly fate: Fate;
  readonly isPush: boolean;
  readonly amount: number;
}

/** Exactly these shares, in random order. Only menu payments are badly typed; only pushes are cancelled. */
function plan({ payments, seed }: Day): Payment[] {
  const random = seededRandom(seed);
  const fates = shares.flatMap(([fate, permille]) =>
    Array.from({ length: Math.round((payments * permille) / 1000) }, () => fate),
  );
  const all = Array.from({ length: payments }, (_, index): Payment => {
    const fate = fates[index] ?? "plain";
    const isPush = fate === "cancelled" || (fate !== "badly-typed" && random.chance(0.6));
    const msisdn = `2547${String(10_000_000 + seed * 10_000 + index)}`;
    return { msisdn, fate, isPush, amount: 10 + random.integer(90) };
  });
  const order = new Map(all.map((payment) => [payment, random.integer(2 ** 31)]));
  return all.sort((one, other) => (order.get(one) ?? 0) - (order.get(other) ?? 0));
}

export async function playDay(day: Day, database: OpenDatabase): Promise<DayFigures> {
  const startedMs = performance.now();
  const payments = plan(day);
  const byPhone = new Map(payments.map((payment) => [payment.msisdn, payment]));
  const fateOf = (msisdn: string) => byPhone.get(msisdn)?.fate ?? "plain";
  const daraja = await startDaraja({
    // Long after the others, and still on the same day.
    lateMs: 3000,
    loses: ({ msisdn }) => fateOf(msisdn) === "lost",
    delivery: ({ msisdn }) => (({ doubled: "twice", late: "late" }) as const)[fateOf(msisdn) as "late"] ?? "once",
    // A lost payment sends neither callback nor confirmation.
    confirmsPush: ({ msisdn }) => (fateOf(msisdn) === "lost" ? "never" : "after"),
  });
  const hub = await startHub(database, daraja, {
    masterKey: new Uint8Array(randomBytes(32)),
    ask: defaultAskSettings,
    jobs: (world) => createPgBossQueue(world, database),
  });
  try {
    const shop = await openShop(database);
    const channelId = await openChannel(hub, database, shop.providerId);
    await hub.register(shop.providerId, channelId);
    const { organisation, act, delivered, successes } = daraja;
    const pay = async ({ msisdn, fate, isPush, amount }: Payment, index: number): Promise<void> => {
      if (!isPush) {
        const account = fate === "badly-typed" ? "wifi for jane" : `shop ${1 + (index % 3)}`;
        const confirmation = ({ lost: "never", doubled: "twice", late: "late" } as const)[fate as "late"] ?? "once";
        await organisation.payBill({ shortcode: sampleApp.shortcode, msisdn, amount, account, confirmation });
        return;
      }
      await hub.payments.purchases.start({ ...shop, phone: msisdn, idempotencyKey: `day-${msisdn}` });
      act(msisdn, fate === "cancelled" ? { kind: "cancel" } : { kind: "pay", pin: "1234" });
    };
    for (let from = 0; from < payments.length; from += atOnce) {
      await Promise.all(payments.slice(from, from + atOnce).map((payment, index) => pay(payment, from + index)));
    }
    await delivered();
    const undone = successes()
      .filter(({ msisdn }) => fateOf(msisdn) === "plain")
      .slice(0, reversals);
    for (const { receipt } of undone) organisation.reverse(receipt);
    await eventually(
      () => countNew(database, shop.providerId),
      (left) => {
        if (left > 0) throw new Error(`${left} facts wait to be judged`);
      },
      300_000,
    );
    const csv = statementCsv(day.seed % 2 === 0 ? "portal" : "short", successes(), organisation);
    const { found, differences } = await hub.reconcile(shop.providerId, channelId, csv);
    const { receipts, accounts } = await readBooks(database, shop.providerId);
    const count = (fate: Fate) => payments.filter((payment) => payment.fate === fate).length;
    const sum = (amounts: readonly number[]) => amounts.reduce((total, each) => total + each, 0);
    return {
      payments: payments.length,
      pushed: payments.filter(({ isPush }) => isPush).length,
      lost: count("lost"),
      lostUnasked: payments.filter(({ fate, isPush }) => fate === "lost" && !isPush).length,
      doubled: count("doubled"),
      late: count("late"),
      badlyTyped: count("badly-typed"),
      cancelled: count("cancelled"),
      reversed: receipts.filter(({ state }) => state === "reversed").length,
      movedCents: sum(successes().map(({ amount }) => amount * 100)),
      bookedCents: sum(receipts.map((row) => row.amountCents)),
      foundByStatement: found,
      inSuspense: receipts.filter(({ state }) => state === "suspense").length,
      differences: differences.length,
      ledgerSumCents: sum(Object.values(accounts)),
      uncorroborated: receipts.filter((row) => !row.corroborated).length,
      seconds: Math.round((performance.now() - startedMs) / 1000),
    };
  } finally {
    await hub.stop();
    await daraja.stop();
  }
}

async function countNew(database: OpenDatabase, providerId: string): Promise<number> {
  const row = await database.asProvider(providerId, (tx) =>
    tx
      .selectFrom("evidence")
      .select((select) => select.fn.countAll<number>().as("left"))
      .where("state", "=", "new")
      .executeTakeFirstOrThrow(),
  );
  return Number(row.left);
}
