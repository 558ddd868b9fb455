/**
 * What the portal asks of the site: which plans, what this device has, redeem a code, turn a paid purchase into a log-in.
 * `portal-server/` translates HTTP to these calls; `createCustomerDesk` (desk.ts) answers them from the site's state.
 */
import type { Online, PortalState } from "@karibu/protocol/portal-api";
import type { RejectReason } from "./access.ts";

/** The phone or laptop in front of us. `token` is the cookie (hex); mac and address are hints. */
export interface Device {
  readonly token: string;
  readonly mac: string | null;
  readonly address: string | null;
}

export interface CustomerDesk {
  /** What this device has: online now (with which grant), and what it could use without paying (newest first). */
  view(device: Device): DeviceView;
  redeem(code: string, device: Device): Promise<RedeemOutcome>;
  /** The grant of a purchase has arrived by feed: bind this device to it. */
  claimPurchase(purchaseId: string, device: Device): Promise<{ kind: "granted"; grantId: string } | { kind: "wait" }>;
  /**
   * A purchase that is paid, and whose grant is not here: it may have been bought at another site. Asks the hub for its lease;
   * when that site can't be asked, gives the bridge allowance. Absent: grants don't roam here.
   */
  claimRoaming?(purchaseId: string, device: Device): Promise<{ kind: "granted"; grantId: string } | { kind: "wait" }>;
  /** A one-time log-in (2 minutes, for this host's address): what to send to the hotspot. */
  issueLogIn(grantId: string, device: Device): { username: string; password: string };
}

export interface DeviceView {
  readonly online: Online | null;
  readonly onlineGrantId: string | null;
  readonly available: (Online & { grantId: string })[];
  /** What it has and may not use, where somebody should say why. */
  readonly held: NonNullable<PortalState["held"]> | null;
  /** What it had last and is online with no more, and why; null: it is online, or may be. */
  readonly ended: { readonly planName: string; readonly reason: RejectReason } | null;
}

export type RedeemOutcome =
  | { readonly kind: "redeemed"; readonly grantId: string; readonly planName: string }
  | { readonly kind: "refused"; readonly reason: RejectReason; readonly retryAfterSeconds: number | null };
