/** Moving the lease of a voucher between sites, by way of the hub: asking for one, and letting one go. */
import type { LeaseUse } from "@karibu/protocol/feed";
import { bytes, seconds, type UnixMs } from "@karibu/protocol/quantities";
import { type ClaimGrantResult, claimGrant } from "@karibu/protocol/rpc/claim-grant";
import { type ClaimLeaseResult, claimLease } from "@karibu/protocol/rpc/claim-lease";
import type { ReleaseLeaseResult } from "@karibu/protocol/rpc/release-lease";
import type { World } from "@karibu/protocol/world";
import type * as z from "zod/mini";
import type { KnownVoucher, VoucherRef } from "../access/access.ts";
import { aboutGrant, type SiteDesk } from "../access/admit.ts";
import type { HubLink } from "../ground/hub-link.ts";
import { spentReasonOf } from "../state/spent-grants.ts";
import { withUseElsewhere } from "./lease-policy.ts";

/** The customer stands there and waits: the hub asks the other site meanwhile. */
const claimDeadlineMs = 8000;

/** Asks the hub for the lease of a voucher; null: it can't be asked now. Never rejects. */
export type ClaimLease = (voucher: VoucherRef) => Promise<ClaimLeaseResult | null>;
/** The same for what was bought. */
export type ClaimGrant = (purchaseId: string) => Promise<ClaimGrantResult | null>;

/** Both answer null where the hub can't be asked, does not answer, or does not know how. `hubLink`: it is made later. */
export function createClaims(
  world: Pick<World, "log">,
  hubLink: () => Pick<HubLink, "state" | "call">,
): { readonly lease: ClaimLease; readonly grant: ClaimGrant } {
  async function ask<Result>(
    { method, result }: { readonly method: string; readonly result: z.ZodMiniType<Result> },
    params: object,
    failed: string,
  ): Promise<Result | null> {
    const hub = hubLink();
    if (hub.state !== "connected") return null;
    try {
      const answer = result.safeParse(await hub.call(method, params, claimDeadlineMs));
      return answer.success ? answer.data : null;
    } catch (error) {
      world.log.warn(failed, { error: String(error) });
      return null;
    }
  }
  return {
    lease: (voucher) => ask(claimLease, { ...voucher }, "lease-not-claimed"),
    grant: (purchaseId) => ask(claimGrant, { purchaseId }, "grant-not-claimed"),
  };
}

/**
 * Another site holds the lease of this voucher: asks for it. Resolves with what the code is worth then: the whole, nothing
 * ("elsewhere"), or, when nobody can say, the bridge that was found.
 */
export async function claimVoucher(
  { books }: Pick<SiteDesk, "books">,
  claimLease: ClaimLease,
  found: KnownVoucher,
  code: string,
): Promise<KnownVoucher> {
  if (found.voucher === null) return found;
  const answer = await claimLease(found.voucher);
  if (answer === null || answer.kind === "bridge") return found;
  if (answer.kind === "elsewhere") return { ...found, refusal: "elsewhere" };
  const grantId = `v.${found.voucher.batchId}.${found.voucher.serial}`;
  const now = books.voucher(code);
  // The row that says so may be slower than the answer.
  if (now !== null && now.grant.grantId === grantId) return now;
  const whole = books.wholeOf(found.voucher);
  return whole === null
    ? found
    : { ...found, grant: withUseElsewhere(whole, answer.use), refusal: null, isBridge: false };
}

/** On disk before the answer leaves: from then on the grant is nothing here. Not while somebody is online with it. */
export async function giveLease(
  desk: SiteDesk,
  grantId: string,
  leaseAtMs?: UnixMs | undefined,
): Promise<ReleaseLeaseResult> {
  // What is over for good, or has gone already and did not come back, is not given twice.
  const isGone = spentReasonOf(desk.state.spent, grantId) !== null && desk.books.grantOf(grantId) === null;
  if (desk.state.open.byGrant.has(grantId) || isGone) return { kind: "in-use" };
  const use = useOf(desk, grantId);
  const which = leaseAtMs === undefined ? {} : { leaseAtMs };
  await desk.recorder.offer([{ kind: "lease-released", grantId, use, ...which }], aboutGrant(grantId));
  return { kind: "released", use };
}

/** Of the voucher's whole: what was used here, and what had been used elsewhere before it came. */
function useOf(desk: SiteDesk, grantId: string): LeaseUse {
  // Not begun here: what the hub's row says was used before it came.
  const used = desk.state.grants.get(grantId)?.grant ?? desk.books.grantOf(grantId);
  const usage = desk.live.reported(grantId);
  const ref = desk.books.voucherRefOf(grantId);
  const whole = (ref && desk.books.wholeOf(ref))?.terms;
  const before = (all: number | null | undefined, ours: number | null | undefined): number =>
    all == null || ours == null ? 0 : Math.max(0, all - ours);
  return {
    startedAtMs: used?.startedAtMs ?? null,
    endsAtMs: used?.endsAtMs ?? null,
    usedBytes: bytes(usage.bytes + before(whole?.dataBytes, used?.terms.dataBytes)),
    usedSeconds: seconds(usage.onlineSeconds + before(whole?.useSeconds, used?.terms.useSeconds)),
  };
}
