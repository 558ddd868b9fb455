/**
 * Withdrawing a takeover. What was begun from its lists must be in the hub's books first: a code that began at the site while the link was away could else be
 * listed afresh, and give its plan twice. So the lists are switched off, the site says how far its journal goes once it knows that, and the hub waits until it
 * has that much. A site that is away is waited for by a person: nothing is withdrawn. A hub that dies meanwhile has noted which lists it switched off, and
 * they work again by the hand of the next one.
 */
import { shadowRun } from "@karibu/protocol/rpc/shadow-run";
import { sleep } from "@karibu/protocol/world";
import { sql } from "kysely";
import { switchListed } from "../../catalogue/vouchers/listed-batches.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import { eachInTurn } from "../../ground/jobs/each-in-turn.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";
import { untilApplied } from "./refresh.ts";
import { ofSite } from "./switch-outcome.ts";
import {
  readTakeover,
  setTakeover,
  type TakeoverParts,
  type TakeoverRow,
  withdrawTakeover,
  wrongState,
} from "./takeovers.ts";

type Transact = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

const askMs = 15_000;
const heardMsMax = 20_000;
const lookEveryMs = 250;
/** More than all that it waits for. */
const triedMsMax = 120_000;
const onceMax = 50;

/** Throws Problems 409 "takeover-state", "codes-used", "site-away" and "takeover-agent-old"; the lists work again then. */
export async function withdrawHeard(
  parts: TakeoverParts,
  transact: Transact,
  providerId: string,
  { takeoverId, siteId, switchedAtMs }: TakeoverRow,
): Promise<TakeoverRow> {
  await askJournal(parts, siteId); // a site that is away is refused before anything is switched off
  const untilMs = parts.world.clock.wall().atMs + triedMsMax;
  await transact(async (tx) => {
    const row = await readTakeover(tx, takeoverId, true);
    if (row.state !== "applied" || row.switchedAtMs !== switchedAtMs) throw wrongState();
    if (isBeingWithdrawn(row, parts.world.clock.wall().atMs)) throw wrongState();
    const off = await switchListed(parts, tx, { takeoverId, active: false });
    const withdrawing = { withdrawingUntilMs: untilMs, withdrawingOff: [...(row.withdrawingOff ?? []), ...off] };
    await setTakeover(tx, takeoverId, withdrawing);
  });
  try {
    await untilApplied(parts, transact, takeoverId, siteId);
    await untilHeard(parts, transact, siteId);
    return await transact(async (tx) => {
      // A switch may have been ordered while the site was asked, and the lists may work again because all this took too long.
      const row = await readTakeover(tx, takeoverId, true);
      if (row.switchedAtMs !== switchedAtMs || row.withdrawingUntilMs !== untilMs) throw wrongState();
      const withdrawn = await withdrawTakeover(parts, tx, providerId, takeoverId);
      await parts.emit(tx, providerId, { topic: "site", id: siteId, action: "takeover" });
      return withdrawn;
    });
  } catch (error) {
    await transact((tx) => giveUp(parts, tx, takeoverId, untilMs));
    throw error;
  }
}

/** While a withdrawal is tried, the lists are off. */
export const isBeingWithdrawn = ({ withdrawingUntilMs: untilMs }: TakeoverRow, nowMs: number): boolean =>
  untilMs !== null && untilMs > nowMs;

/** The lists that this withdrawal switched off work again. */
async function giveUp(parts: TakeoverParts, tx: Tx, takeoverId: string, untilMs: number): Promise<void> {
  const row = await readTakeover(tx, takeoverId, true);
  // A switch may have been ordered meanwhile: then the lists are needed all the more.
  if (row.state === "withdrawn" || row.withdrawingUntilMs !== untilMs) return;
  await switchListed(parts, tx, { takeoverId, active: true, only: row.withdrawingOff ?? [] });
  await setTakeover(tx, takeoverId, { withdrawingUntilMs: null, withdrawingOff: null });
}

/** Withdrawals whose hub died while it waited for the site. */
export function endWithdrawals(parts: TakeoverParts & { readonly database: Database }): MaintenanceJob {
  const { world, database } = parts;
  return {
    name: "end-withdrawals",
    everyMs: 60_000,
    hasWork: (nowMs) => sql`exists (select from takeovers where withdrawing_until_ms <= ${nowMs})`,
    async run() {
      const over = await database.asPlatform("end-withdrawals", (tx) =>
        tx
          .selectFrom("takeovers")
          .select(["providerId", "takeoverId", "withdrawingUntilMs"])
          .where("withdrawingUntilMs", "<=", world.clock.wall().atMs)
          .orderBy("withdrawingUntilMs")
          .limit(onceMax)
          .execute(),
      );
      await eachInTurn(world, "end-withdrawals", over, async ({ providerId, ...row }) => {
        await database.asProvider(providerId, (tx) => giveUp(parts, tx, row.takeoverId, row.withdrawingUntilMs ?? 0));
        return 1;
      });
      return over.length === 0 ? "nothing" : `${over.length} given up`;
    },
  };
}

async function askJournal({ call }: TakeoverParts, siteId: string): Promise<{ epoch: string; lastSeq: number }> {
  const { journal } = await ofSite(call(siteId, shadowRun, { do: "read" }, askMs));
  if (journal === undefined) throw refusal("takeover-agent-old");
  return journal;
}

async function untilHeard(parts: TakeoverParts, transact: Transact, siteId: string): Promise<void> {
  const { clock } = parts.world;
  const { epoch, lastSeq } = await askJournal(parts, siteId);
  const untilMs = clock.monotonicMs() + heardMsMax;
  for (;;) {
    const heard = await transact((tx) =>
      tx
        .selectFrom("journal_epochs")
        .select("lastSeq")
        .where("siteId", "=", siteId)
        .where("epoch", "=", epoch)
        .executeTakeFirst(),
    );
    if (lastSeq === 0 || Number(heard?.lastSeq ?? 0) >= lastSeq) return;
    if (clock.monotonicMs() >= untilMs) throw refusal("site-away", { status: 409, rule: "site-behind" });
    await sleep(clock, lookEveryMs);
  }
}
