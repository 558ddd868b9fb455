/** A bought grant is at another site from now on: there its rest has a row, and where it was it has none. */
import type { LeaseUse } from "@karibu/protocol/feed";
import type { Tx } from "../../ground/db/database.ts";
import { carryChange } from "../grants/carry-change.ts";
import { carryGuard } from "../grants/code-guards.ts";
import {
  type GrantHolder,
  type GrantLeaseRow,
  type GrantRow,
  heldGrant,
  keepGrantLease,
} from "../grants/held-grant.ts";
import type { GrantParts } from "../grants/purchase-grant.ts";
import type { Held } from "./grant-lease-policy.ts";

export interface GrantMove {
  readonly row: GrantRow;
  readonly from: GrantHolder;
  /** Of the lease there: `<grant id>.<number>` is its name. */
  readonly number: number;
  readonly toSiteId: string;
  /** What was used of it before, and what is left for that. Of the use, what staff gave takes its part first. */
  readonly use: LeaseUse;
  readonly left: (use: LeaseUse) => Held;
  readonly nowMs: number;
}

export async function holdGrant({ parties, publish, emit }: GrantParts, tx: Tx, moved: GrantMove): Promise<void> {
  const { row, number, toSiteId, nowMs } = moved;
  const { providerId, grantId } = row;
  const from = { providerId, siteId: moved.from.siteId, grantId: moved.from.leaseId };
  const to = { siteId: toSiteId, grantId: `${grantId}.${number}` };
  const use = await carryChange(publish, tx, from, to, moved.use);
  await carryGuard(publish, tx, from, to);
  const { terms, startedAtMs, endsAtMs } = moved.left(use);
  const next: GrantLeaseRow = {
    providerId,
    grantId,
    leaseId: to.grantId,
    number,
    siteId: toSiteId,
    fromSiteId: from.siteId,
    movedAtMs: nowMs,
    terms,
    startedAtMs,
    endsAtMs,
    retiredAtMs: null,
  };
  await keepGrantLease(tx, next);
  const here = heldGrant(parties, row, next);
  const before = { scope: "site", siteId: from.siteId } as const;
  await publish(tx, { providerId, target: before, kind: "grant", key: from.grantId, body: null });
  const target = { scope: "site", siteId: toSiteId } as const;
  await publish(tx, { providerId, target, kind: "grant", key: here.leaseId, body: here.body });
  await emit(tx, providerId, { topic: "grant", id: grantId, action: "moved" });
}
