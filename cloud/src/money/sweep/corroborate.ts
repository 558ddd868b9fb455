/** Money that a callback alone vouches for: disproved by a list without it, or asked about by its receipt. */

import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { isClockSure } from "../../ground/db/hub-clock.ts";
import type { ChannelRow } from "../channels/channel.ts";
import { lookUpChannel } from "../channels/channel-rows.ts";
import { queriesAtOnce } from "../channels/initiator-policy.ts";
import { wasListed } from "../evidence/count-facts.ts";
import { isProvedAnswer } from "../proofs/proved-answers.ts";
import { isCovered } from "../questions/pull-spans.ts";
import { corroborateWithinMs, receiptsToAsk, statusAtOnce, unprovedReceipts } from "../questions/waiting-questions.ts";
import { askAbout, disprove, disproveAfterMs, type WitnessParts } from "../questions/witnesses.ts";

/** A receipt missing in a list that was read this long after it was booked, is missing. */
const listedWithinMs = 30 * 60_000;
const pageRows = 200;
/** What is beyond waits for the next sweep; what was disproved has left the list by then. */
const pagesMax = 25;

/** @returns false: the channel fails and is called no more */
export async function corroborate(parts: WitnessParts, providerId: string, channelId: string): Promise<boolean> {
  const channel = await lookUpChannel(parts.database, providerId, channelId);
  if (channel === undefined) return false;
  const nowMs = parts.world.clock.wall().atMs;
  if (isClockSure(parts.world)) await disproveUnlisted(parts, channel, nowMs);
  const span = { fromMs: nowMs - corroborateWithinMs, nowMs };
  const open = await parts.database.asProvider(providerId, (tx) =>
    receiptsToAsk(tx, channel, span).limit(statusAtOnce).execute(),
  );
  const most = queriesAtOnce(channel.initiatorProvedAtMs, statusAtOnce);
  let asked = 0;
  for (const { receipt } of open) {
    if (asked >= most) break;
    const question = await askAbout(parts, channel, receipt);
    if (question.isAsked || question.hasFailed) asked++;
    if (question.circuit !== "closed") return false;
  }
  return true;
}

/** All of them, a page at a time: money that stays unproved, whatever the list says, keeps no other from being missed. */
async function disproveUnlisted(parts: WitnessParts, channel: ChannelRow, nowMs: number): Promise<void> {
  const { database } = parts;
  const { providerId } = channel;
  const bookedBeforeMs = nowMs - disproveAfterMs;
  const against = { source: "pull", why: "the channel's list of that time is without it", bookedBeforeMs } as const;
  // A list that never was right about this short code's money says nothing.
  if (!(await database.asProvider(providerId, (tx) => isProvedAnswer(tx, channel, against.source)))) return;
  let after = "";
  for (let page = 0; page < pagesMax; page++) {
    const missing = await database.asProvider(providerId, (tx) =>
      unlisted(tx, channel, { fromMs: nowMs - corroborateWithinMs, nowMs, bookedBeforeMs })
        .where("receipt", ">", after)
        .execute(),
    );
    for (const { receipt } of missing)
      await database.asProvider(providerId, (tx) => disprove(parts, tx, channel, receipt, against));
    if (missing.length < pageRows) return;
    after = missing.at(-1)?.receipt ?? after;
  }
}

/**
 * A report may come hours after its payment: the list must cover the payment itself, and what was booked as well. Who a row of the
 * list names is not missing, though the row could not be judged.
 */
function unlisted(
  tx: Tx,
  channel: ChannelRow,
  { bookedBeforeMs, ...span }: { readonly fromMs: number; readonly nowMs: number; readonly bookedBeforeMs: number },
) {
  return unprovedReceipts(tx, channel, span)
    .where("bookedAtMs", "<", bookedBeforeMs)
    .where(isCovered(listedWithinMs))
    .where(sql<boolean>`not ${wasListed("receipts")}`)
    .orderBy("receipt")
    .limit(pageRows);
}
