/**
 * What the portal asks of the site: what a device has, redeem a code, turn a paid purchase into a log-in. `portal-server/`
 * translates HTTP to these calls; `create-portal-access.ts` answers.
 */
import type { Online, PortalState } from "@karibu/protocol/portal-api";
import type { RejectReason } from "../state/reject-reason.ts";

/** The customer's phone or laptop. `token` is the cookie (hex); MAC and address are hints. */
export interface Device {
  readonly token: string;
  readonly mac: string | null;
  readonly address: string | null;
  /**
   * What the phone merely says: no router could be asked whether this address has this MAC, and behind a shared address the address
   * is its word too. It narrows who may use a log-in, and shows and opens nothing. `address`: the router says whose MAC it is, but that the
   * address is this phone's own is its word (a hosted site's router masquerades). Absent: both were seen.
   */
  readonly claims?: "mac" | "mac-and-address" | "address";
  /** The MAC that it merely says, of a device as it was seen: a session of another MAC is not its own. */
  readonly saidMac?: string | null;
  /** It is behind another router of the site than the one whose API the agent has: that one can't log it in, and does not list it. */
  readonly isElsewhere?: boolean;
}

/**
 * The device as it is recognised: by what was seen of it, and by the address that it names where the router knows who has that. So phones that
 * were put online, or come back, go online without a tap: a log-in is good at that address alone. For more it proves nothing: see `provenOf`.
 */
export function seenOf(device: Device): Device {
  if (device.claims === undefined || device.claims === "address") return device;
  const saidMac = device.mac ?? device.saidMac ?? null;
  return { ...device, mac: null, saidMac, address: device.claims === "mac" ? device.address : null };
}

/**
 * The device by what nobody else can say. Behind an address that many share, a guest names his neighbour's address as easily as his own: there the
 * cookie alone speaks for a phone. For all that shows, changes or ends what somebody has.
 */
export function provenOf(device: Device): Device {
  return device.claims === "address" ? { ...device, mac: null, address: null } : seenOf(device);
}

export interface PortalAccess {
  /** What this device has: its session now, and the grants that it could use without paying (newest first). */
  view(device: Device): DeviceView;
  /** `pin`: of a voucher that has one; else it is not looked at. */
  redeem(code: string, device: Device, pin?: string): Promise<RedeemOutcome>;
  /** Redeems the code of a sale that is somewhere in a text (a pasted message). Null: this site knows no such sale. */
  redeemSaleIn?(text: string, device: Device): Promise<RedeemOutcome | null>;
  /**
   * Binds this device to the grant of a purchase. `wait`: the feed has not brought the grant. `isClaimed` (as where it is left
   * out): its customer asks for it here. Else, once the package runs, the device takes no place from another (`moved`: one has it now).
   */
  claimPurchase(purchaseId: string, device: Device, isClaimed?: boolean): Promise<ClaimOutcome>;
  /**
   * For a paid purchase whose grant is not here, for example one of another site: asks the hub for its lease. The device gets
   * the bridge allowance when the other site can't be asked. Absent: grants don't roam here.
   */
  claimRoaming?(purchaseId: string, device: Device): Promise<ClaimOutcome>;
  /** Whether a session is open, as far as the site knows, at this device's address or of its MAC. Nobody else is asked. */
  hasSession(device: Device): boolean;
  /** Whether this device's own token has the place with which that MAC is online: then it may end that session. Absent: it never may. */
  ownsSession?(device: Device, mac: string): boolean;
  /**
   * This device's customer logs out: what ends of its own sessions now ends for that. @returns for when the router did not do it: they go on
   */
  noteLogOut?(device: Device): () => void;
  /**
   * Ends this host's sessions by RADIUS, where there is no API. True: they are over, as the router's own Stop said. False: it has none, or its
   * router did not listen; the hotspot's own log-out page is left. Absent: RADIUS is off.
   */
  endSessions?(device: Device): Promise<boolean>;
  /** A one-time log-in for this host's address (2 minutes), to send to the hotspot. */
  issueLogIn(grantId: string, device: Device): { username: string; password: string };
}

export type ClaimOutcome = { readonly kind: "granted" | "moved"; readonly grantId: string } | { readonly kind: "wait" };

export interface DeviceView {
  readonly online: Online | null;
  readonly onlineGrantId: string | null;
  /** How many devices the grant that it is online with lets in at once. Absent: it is not online. */
  readonly onlineDevices?: number;
  /** The router keeps the limits of before until this device logs in again, though its package has more. Absent: it does not. */
  readonly moreAtNextLogIn?: true;
  readonly available: (Online & { grantId: string })[];
  /** A grant that the device has and may not use (a suspended account), and why. */
  readonly held: NonNullable<PortalState["held"]> | null;
  /** Codes that this device bought for others: shown to who holds its cookie, and not to a MAC. Absent: none. */
  readonly codes?: readonly string[];
  /** The grant that the device had last, and why it is over; null: the device is online, or may go online. */
  readonly ended: { readonly planName: string; readonly reason: RejectReason } | null;
}

export type RedeemOutcome =
  | { readonly kind: "redeemed"; readonly grantId: string; readonly planName: string }
  | { readonly kind: "refused"; readonly reason: RejectReason; readonly retryAfterSeconds: number | null };
