/**
 * Withdrawing a takeover. What was begun from its lists must be in the hub's books first: a code that began at the site while the link was away could else be
 * listed afresh, and give its plan twice. So the lists are switched off, the site says how far its journal goes once it knows that, and the hub waits until it
 * has that much. A site that is away is waited for by a person: nothing is withdrawn.
 */
import { shadowRun } from "@karibu/protocol/rpc/shadow-run";
import { sleep } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import { switchListed } from "../vouchers/listed-batches.ts";
import { untilApplied } from "./refresh.ts";
import { ofSite } from "./switch-outcome.ts";
import { readTakeover, type TakeoverParts, type TakeoverRow, withdrawTakeover } from "./takeovers.ts";

type Transact = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

const askMs = 15_000;
const heardMsMax = 20_000;
const lookEveryMs = 250;

/** Throws Problems 409 "takeover-state", "codes-used", "site-away" and "takeover-agent-old"; the lists work again then. */
export async function withdrawHeard(
  parts: TakeoverParts,
  transact: Transact,
  providerId: string,
  { takeover_id: takeoverId, site_id: siteId, switched_at_ms: switchedAtMs }: TakeoverRow,
): Promise<TakeoverRow> {
  await askJournal(parts, siteId); // a site that is away is refused before anything is switched off
  const off = await transact(async (tx) => {
    const row = await readTakeover(tx, takeoverId, true);
    if (row.state !== "applied" || row.switched_at_ms !== switchedAtMs) throw wrongState();
    return switchListed(parts, tx, { takeoverId, active: false });
  });
  try {
    await untilApplied(parts, transact, takeoverId, siteId);
    await untilHeard(parts, transact, siteId);
    return await transact(async (tx) => {
      // A switch may have been ordered while the site was asked.
      const row = await readTakeover(tx, takeoverId, true);
      if (row.switched_at_ms !== switchedAtMs) throw wrongState();
      const withdrawn = await withdrawTakeover(parts, tx, providerId, takeoverId);
      await parts.emit(tx, providerId, { topic: "site", id: siteId, action: "takeover" });
      return withdrawn;
    });
  } catch (error) {
    await transact((tx) => switchListed(parts, tx, { takeoverId, active: true, only: off }));
    throw error;
  }
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
        .select("last_seq")
        .where("site_id", "=", siteId)
        .where("epoch", "=", epoch)
        .executeTakeFirst(),
    );
    if (lastSeq === 0 || Number(heard?.last_seq ?? 0) >= lastSeq) return;
    if (clock.monotonicMs() >= untilMs) throw refusal("site-away", { status: 409, rule: "site-behind" });
    await sleep(clock, lookEveryMs);
  }
}

export const wrongState = () => refusal("takeover-state");
