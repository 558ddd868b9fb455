/**
 * One long action at a time per router: a restore, an upgrade, or a restart. They all end in a router that starts anew, and each would break the other half-way.
 * Who begins one holds the router's lock until the commit, so that two which begin in the same moment see each other. Other orders wait in the lane while one
 * is at the router.
 */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { lockName } from "../../ground/db/lock-keys.ts";
import { refusal } from "../../ground/http/problem.ts";

export type LongAction = "restore" | "upgrade" | "restart";

/** `isAtRouter`: the router was told, and other orders wait. */
export interface UnderWay {
  readonly kind: LongAction;
  readonly isAtRouter: boolean;
}

export async function lockRouter(tx: Tx, providerId: string, siteId: string): Promise<void> {
  await lockName(tx, `router/${providerId}/${siteId}`);
}

/** Null: nothing is. `upgradeId`: of this plan itself is not asked. */
export async function longActionOf(tx: Tx, siteId: string, upgradeId = ""): Promise<UnderWay | null> {
  const { rows } = await sql<UnderWay>`
    select 'restore' as kind, state in ('sent', 'restarting') as "isAtRouter" from router_restores
      where site_id = ${siteId} and state in ('saving', 'sent', 'restarting')
    union all
    select 'upgrade', state = 'rebooting' from router_upgrade_sites
      where site_id = ${siteId} and upgrade_id <> ${upgradeId} and state in ('backing-up', 'ordered', 'rebooting')
    union all
    select 'restart', state = 'sent' from router_orders
      where site_id = ${siteId} and kind = 'reboot' and state in ('waiting', 'sent')
    order by "isAtRouter" desc, kind desc limit 1
  `.execute(tx);
  return rows[0] ?? null;
}

/** Throws Problem 409 "router-busy". */
export async function refuseBusy(
  tx: Tx,
  { providerId, siteId, siteName }: { readonly providerId: string; readonly siteId: string; readonly siteName: string },
  kinds: readonly LongAction[] = ["restore", "upgrade", "restart"],
): Promise<void> {
  await lockRouter(tx, providerId, siteId);
  const now = await longActionOf(tx, siteId);
  if (now === null || !kinds.includes(now.kind)) return;
  throw refusal("router-busy", { value: siteName });
}
