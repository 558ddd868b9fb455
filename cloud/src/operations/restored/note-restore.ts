/** Notes that this database came out of a back-up. Until then no site is believed that something was lost. */

import { journalRestored } from "../../fleet/journal/restored-journal.ts";
import { lastHubSeen } from "../../fleet/link/presence.ts";
import type { RunScript } from "../../ground/db/engine.ts";
import { lostNumbersOf } from "../../ground/db/numbers-after-restore.ts";
import { feedRestored, lastFeedChange } from "../../ground/feed/restored-version.ts";
import { restoreNoted } from "../../ground/restores/restores.ts";
import { fiscalNumbersRestored } from "../../money/documents/document-number.ts";
import { invoiceNumbersRestored } from "../../money/invoices/issue-invoice.ts";
import { customerNumbersRestored } from "../../money/matching/customer-numbers.ts";
import { noteRevokedAgain, type RevokedAgain } from "./revoked-again.ts";

/**
 * In one transaction, after the generation was renewed and all migrations ran; twice is as once. `backUpAtMs` null: the server's own tools
 * restored it, and the last sign of life of a hub in it tells when it was taken.
 */
export async function noteRestore(
  run: RunScript,
  {
    atMs,
    backUpAtMs,
    revokedAgain,
  }: { readonly atMs: number; readonly backUpAtMs: number | null; readonly revokedAgain: readonly RevokedAgain[] },
): Promise<void> {
  const lastSign = `select greatest((${lastHubSeen}), (${lastFeedChange}))`;
  const takenAtMs =
    backUpAtMs === null ? `coalesce((${lastSign}), ${Math.trunc(atMs)})` : String(Math.trunc(backUpAtMs));
  const noted = await run(restoreNoted(`select generation, ${takenAtMs} from hub_identity`, atMs));
  await noteRevokedAgain(run, revokedAgain, atMs);
  const numbers = noted.flatMap(({ back_up_at_ms: backUpAtMs }) => {
    const lost = lostNumbersOf({ backUpAtMs: Number(backUpAtMs), atMs });
    return [...customerNumbersRestored(lost), ...invoiceNumbersRestored(lost), ...fiscalNumbersRestored(lost)];
  });
  for (const statement of [...journalRestored, ...feedRestored, ...numbers]) await run(statement);
}
