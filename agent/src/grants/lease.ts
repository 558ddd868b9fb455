/** Moves leases of vouchers and purchases between sites, by way of the hub: claims one, and releases one. */
import type { LeaseUse } from "@karibu/protocol/feed";
import { voucherGrantId, voucherRefOf } from "@karibu/protocol/grant-id";
import { bytes, seconds, type UnixMs, unixMs } from "@karibu/protocol/quantities";
import { type ClaimGrantResult, claimGrant } from "@karibu/protocol/rpc/claim-grant";
import { type ClaimLeaseParams, type ClaimLeaseResult, claimLease } from "@karibu/protocol/rpc/claim-lease";
import type { ReleaseLeaseResult } from "@karibu/protocol/rpc/release-lease";
import type { Rpc } from "@karibu/protocol/rpc/rpc";
import type { World } from "@karibu/protocol/world";
import type { HubLink } from "../ground/hub-link.ts";
import { periodUseOf } from "../state/charged-usage.ts";
import { spentReasonOf } from "../state/spent-grants.ts";
import { movesOfDay } from "./guards/code-guard.ts";
import { withUseElsewhere } from "./lease-policy.ts";
import { isUnremembered } from "./memory-policy.ts";
import { aboutGrant, type Site } from "./site.ts";
import type { KnownVoucher } from "./vouchers/known-voucher.ts";

/** The customer waits while the hub asks the other site. */
const claimDeadlineMs = 8000;
/** A line that dies takes the link with it only half a minute later. Until then the first customers wait for the hub, and not all of them. */
const silentMsMax = 2000;
/** A hub that takes so long waits for another site, or the line is dead: its answer to a ping tells which. */
const pingAfterMs = 1000;

/** Claims the lease of a voucher. Null: the hub can't be asked now. Never rejects. */
export type ClaimLease = (voucher: ClaimLeaseParams) => Promise<ClaimLeaseResult | null>;
/** Claims the grant of a purchase. Null: the hub can't be asked now. Never rejects. */
export type ClaimGrant = (purchaseId: string) => Promise<ClaimGrantResult | null>;

export interface Claims {
  readonly lease: ClaimLease;
  readonly grant: ClaimGrant;
  /** From now on this hub is asked. Before, every claim is null. */
  follow(hub: AskedHub): void;
}

type AskedHub = Pick<HubLink, "state" | "silentForMs" | "ping" | "call">;

/** A claim resolves with null where the hub is away or silent, does not answer in time, or does not know the request. */
export function createClaims({ clock, log }: Pick<World, "clock" | "log">): Claims {
  let hub: AskedHub | null = null;
  /** Of the first question since the hub was heard. */
  let askedAtMs: number | null = null;

  /** It was asked, and has said nothing at all since then. */
  function isSilent({ silentForMs }: AskedHub): boolean {
    const waitingMs = askedAtMs === null ? 0 : clock.monotonicMs() - askedAtMs;
    if (askedAtMs === null || (silentForMs ?? 0) < waitingMs) askedAtMs = clock.monotonicMs();
    return waitingMs >= silentMsMax && (silentForMs ?? 0) >= waitingMs;
  }

  async function ask<Params, Result>(
    method: Rpc<Params, Result>,
    params: Params,
    failureEvent: string,
  ): Promise<Result | null> {
    if (hub?.state !== "connected" || isSilent(hub)) return null;
    const { ping } = hub;
    const unanswered = clock.after(pingAfterMs, ping);
    try {
      return await hub.call(method, params, claimDeadlineMs);
    } catch (error) {
      log.warn(failureEvent, { error: String(error) });
      return null;
    } finally {
      unanswered.cancel();
    }
  }
  return {
    lease: (voucher) => ask(claimLease, { ...voucher }, "lease-not-claimed"),
    grant: (purchaseId) => ask(claimGrant, { purchaseId }, "grant-not-claimed"),
    follow(followed) {
      hub = followed;
    },
  };
}

/**
 * Claims the lease of a voucher that another site holds. Resolves with what the code is worth then: the whole grant, nothing
 * ("elsewhere"), or the bridge that was found before, where the hub gives no answer.
 */
export async function claimVoucher(
  { catalogue, state }: Pick<Site, "catalogue" | "state">,
  claimLease: ClaimLease,
  found: KnownVoucher,
  code: string,
): Promise<KnownVoucher> {
  if (found.voucher === null) return found;
  const wholeId = voucherGrantId(found.voucher);
  const isReleased = spentReasonOf(state.spent, wholeId) === "elsewhere";
  const released = isReleased ? { releasedLeaseAtMs: state.releasedRows.get(wholeId) ?? 0 } : {};
  const answer = await claimLease({ ...found.voucher, ...released });
  if (answer === null || answer.kind === "bridge") return found;
  if (answer.kind === "elsewhere") return { ...found, refusal: "elsewhere" };
  const now = catalogue.voucher(code);
  if (now !== null && now.grant.grantId === wholeId) return now;
  // The feed row that transfers the lease may come after the answer.
  const whole = catalogue.wholeGrantOf(found.voucher);
  if (whole === null) return found;
  return { ...found, grant: withUseElsewhere(whole, answer.use), refusal: null, isBridge: false };
}

/**
 * Gives a lease away. The record is on disk before the answer leaves: from then on the grant is worth nothing here. Refuses
 * while a session uses the grant.
 */
export async function releaseLease(site: Site, grantId: string, leaseAtMs?: UnixMs): Promise<ReleaseLeaseResult> {
  // A grant that is over, or was released and did not come back, is not given twice.
  const isGone = spentReasonOf(site.state.spent, grantId) !== null && site.catalogue.grantOf(grantId) === null;
  // Nor one that was perhaps used before: its use is not known.
  // Nor one that its customer paused: nobody uses it, at another site neither.
  const guard = site.catalogue.guardOf(grantId);
  if (guard?.paused === true || site.state.open.byGrant.has(grantId) || isGone || isUnremembered(site.state, grantId))
    return { kind: "in-use" };
  const use = useOf(site, grantId);
  const row = leaseAtMs === undefined ? {} : { leaseAtMs };
  await site.recorder.record([{ kind: "lease-released", grantId, use, ...row }], {
    about: aboutGrant(grantId),
    onlyIfWritable: true,
  });
  return { kind: "released", use, ...(guard === null ? {} : { guard }) };
}

/** What was used of the voucher's whole: here, and at other sites before. What staff gave is not in it: the hub sends that on by itself. */
function useOf(site: Site, grantId: string): LeaseUse {
  // Not started here: the hub's row says what was used before.
  const used = site.state.grants.get(grantId)?.grant ?? site.catalogue.grantOf(grantId);
  const usage = site.usage.reported(grantId);
  const voucher = voucherRefOf(grantId);
  const whole = (voucher && site.catalogue.wholeGrantOf(voucher))?.terms;
  const given = used?.given;
  const before = (all: number | null | undefined, ours: number | null | undefined, more = 0): number =>
    all == null || ours == null ? 0 : Math.max(0, all - (ours - more));
  const endsAtMs = used?.endsAtMs ?? null;
  const fairUse = used?.terms.fairUse;
  const period = fairUse == null ? undefined : periodUseOf(fairUse, usage);
  const moves = movesOfDay(site, grantId, site.world.clock.wall().atMs).slice(-100);
  return {
    startedAtMs: used?.startedAtMs ?? null,
    endsAtMs: endsAtMs === null ? null : unixMs(endsAtMs - 1000 * (given?.seconds ?? 0)),
    usedBytes: bytes(usage.bytes + before(whole?.dataBytes, used?.terms.dataBytes, given?.dataBytes)),
    usedSeconds: seconds(usage.onlineSeconds + before(whole?.useSeconds, used?.terms.useSeconds, given?.useSeconds)),
    ...(period === undefined ? {} : { period: { fromMs: unixMs(period.fromMs), bytes: bytes(period.bytes) } }),
    ...(moves.length === 0 ? {} : { movedAtMs: moves.map(unixMs) }),
  };
}
