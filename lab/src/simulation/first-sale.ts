/**
 * The simulated first sale: a customer buys an hour and uses it, the site loses power in between and returns with a date of 1970,
 * and the hour ends. Returns the outcome by the books of each party.
 */
import { seededRandom } from "../world/seeded-random.ts";
import { answerOf, createTown, type Town } from "./town.ts";

/** A scripted phone of the simulated Daraja that pays. */
const payingPhone = "0700000001";
const address = "10.5.50.10";

export interface FirstSale {
  readonly trace: readonly string[];
  readonly paidStates: readonly string[];
  readonly onlineAfterPurchase: boolean;
  readonly onlineAfterPower: boolean;
  readonly onlineAfterTheHour: boolean;
  /** The phone's usage, by the router's counters. */
  readonly usedBytes: number;
  readonly bytesPerSecond: number;
  readonly hub: {
    readonly receipts: readonly { receipt: string; amountCents: number }[];
    readonly sessions: readonly {
      startedAtMs: number | null;
      stoppedAtMs: number | null;
      bytes: number;
      cause: string | null;
    }[];
    readonly ledgerSumCents: number;
  };
  readonly moneyMoved: readonly { receipt: string; amountCents: number }[];
  /** When the grant began and ended, by the hub's books. Null: it never began. */
  readonly grant: { readonly startedAtMs: number; readonly endsAtMs: number } | null;
}

export async function simulateFirstSale(seed: number): Promise<FirstSale> {
  const random = seededRandom(seed ^ 0x5a1e);
  const town = await createTown(seed);
  const { time } = town;
  try {
    await time.advance(20_000 + random.integer(60_000));
    const phone = town.router.client(address);
    await phone.request();
    const paidStates = await buy(town, `sale-${seed}`);
    await phoneLogsIn(town);
    const onlineAfterPurchase = phone.online();
    const downBytesPerSecond = 20_000 + random.integer(100_000);
    const upBytesPerSecond = 2_000;
    phone.consume({ downBytesPerSecond, upBytesPerSecond });

    await time.advance(600_000 + random.integer(900_000));
    let usedBytes = used(town);
    await town.powerCut();
    await time.advance(30_000 + random.integer(240_000));
    await town.powerBack();
    await time.advance(60_000);
    await town.router.client(address).request();
    await phoneLogsIn(town);
    const onlineAfterPower = phone.online();

    // To the last second of the hour, then well beyond it: the customer must be offline within a minute.
    const startedAtMs = [...town.agent().state.grants.values()][0]?.grant.startedAtMs ?? time.trueMs();
    await time.advance(Math.max(0, startedAtMs + 3_599_000 - time.trueMs()));
    usedBytes += used(town) + downBytesPerSecond + upBytesPerSecond;
    await time.advance(15 * 60_000);
    const outcome = await readBooks(town);
    return {
      ...outcome,
      paidStates,
      onlineAfterPurchase,
      onlineAfterPower,
      onlineAfterTheHour: phone.online(),
      usedBytes,
      bytesPerSecond: downBytesPerSecond + upBytesPerSecond,
    };
  } finally {
    await town.close();
  }
}

/** Buys as the portal does: starts the purchase, then polls until it is paid or failed. */
async function buy(town: Town, idempotencyKey: string): Promise<string[]> {
  const { time } = town;
  const request = { planId: town.planId, phone: payingPhone, idempotencyKey };
  const started = await answerOf(time, town.ask(address, "POST", "/api/purchases", request));
  town.note("purchase", { status: started.status, state: started.body.state });
  const seen = [String(started.body.state)];
  for (let tries = 0; tries < 60 && seen.at(-1) !== "paid" && seen.at(-1) !== "failed"; tries++) {
    await time.advance(2_000);
    const view = await answerOf(time, town.ask(address, "GET", `/api/purchases/${started.body.purchaseId}`));
    if (view.body.state !== seen.at(-1)) seen.push(String(view.body.state));
  }
  return seen;
}

async function phoneLogsIn(town: Town): Promise<void> {
  for (let tries = 0; tries < 20 && !town.router.client(address).online(); tries++) {
    const answer = await answerOf(town.time, town.ask(address, "POST", "/api/log-in", {}));
    await applyLogIn(town, answer.body);
    await town.time.advance(2_000);
  }
}

/** Handles a `post` log-in as the page does: sends the form to the hotspot. */
async function applyLogIn(town: Town, body: Record<string, unknown>): Promise<void> {
  const logIn = (body.logIn ?? body) as { kind?: string; username?: string; password?: string };
  town.note("log-in", { kind: logIn.kind ?? body.code });
  if (logIn.kind !== "post") return;
  const attempt = town.router.client(address).logIn({ user: String(logIn.username), password: String(logIn.password) });
  await answerOf(town.time, attempt);
}

function used(town: Town): number {
  const { up, down } = town.router.client(address).usedBytes();
  return up + down;
}

async function readBooks(town: Town) {
  const books = await town.database.asProvider(town.providerId, async (tx) => ({
    receipts: await tx.selectFrom("receipts").select(["receipt", "amount_cents"]).orderBy("receipt").execute(),
    sessions: await tx.selectFrom("sessions").selectAll().orderBy("session_key").execute(),
    postings: await tx.selectFrom("ledger_postings").select("amount_cents").execute(),
    starts: await tx.selectFrom("grant_starts").select(["started_at_ms", "ends_at_ms"]).execute(),
  }));
  const start = books.starts[0];
  for (const session of books.sessions) {
    town.note("session", {
      start: session.started_at_ms,
      stop: session.stopped_at_ms,
      cause: session.cause,
      input: session.input_bytes,
      output: session.output_bytes,
    });
  }
  return {
    trace: town.trace,
    moneyMoved: town.moneyMoved().map(({ receipt, amount }) => ({ receipt, amountCents: amount * 100 })),
    grant: start === undefined ? null : { startedAtMs: start.started_at_ms, endsAtMs: start.ends_at_ms ?? 0 },
    hub: {
      receipts: books.receipts.map((row) => ({ receipt: row.receipt, amountCents: row.amount_cents })),
      sessions: books.sessions.map((row) => ({
        startedAtMs: row.started_at_ms,
        stoppedAtMs: row.stopped_at_ms,
        bytes: row.input_bytes + row.output_bytes,
        cause: row.cause,
      })),
      ledgerSumCents: books.postings.reduce((sum, row) => sum + row.amount_cents, 0),
    },
  };
}
