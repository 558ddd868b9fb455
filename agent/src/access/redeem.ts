/** Redeems a code that a customer typed into the portal. */
import { saleCodesIn } from "@karibu/protocol/codes/sale-code";
import { deviceOfToken } from "@karibu/protocol/device-key";
import { isSameSecret } from "@karibu/protocol/hash";
import { type ClaimLease, claimVoucher } from "../grants/lease.ts";
import type { Site } from "../grants/site.ts";
import { fitsPin, hasPin, isAnothersDevice, type KnownVoucher, refusalOf } from "../grants/vouchers/known-voucher.ts";
import { createRateLimit } from "../ground/rate-limit.ts";
import { heldGrants } from "../state/held-grants.ts";
import { admit } from "./admit.ts";
import type { AskingHosts } from "./guessing/asking-host.ts";
import type { Guesser, GuessingGuard } from "./guessing/guessing.ts";
import type { TransferOffers } from "./own-grants/transfer-offers.ts";
import { type Device, type PortalAccess, provenOf, type RedeemOutcome, seenOf } from "./portal-access.ts";
import { bindPortalDevice } from "./portal-device.ts";

/** So many words of what was typed may be the code. */
const codeWordsMax = 12;

/**
 * The outcome is on disk when the promise resolves. `claimLease` null: no hub can be asked for leases. `offers`: what other phones give away
 * is taken by a code that is typed as a voucher's.
 */
export function createRedeem(
  site: Site,
  guard: GuessingGuard,
  {
    claimLease,
    view,
    offers,
    askingHosts,
  }: {
    readonly claimLease: ClaimLease | null;
    readonly view: PortalAccess["view"];
    readonly askingHosts: AskingHosts;
    readonly offers: Pick<TransferOffers, "isOffer" | "accept">;
  },
): Required<Pick<PortalAccess, "redeem" | "redeemSaleIn">> {
  const heldTries = createRateLimit({ burst: 8, everyMs: 60_000, keysMax: 4096 });
  return { redeem, redeemSaleIn };

  /** Unknown words are no wrong tries: messages of others are full of them. Sales are too few among all codes to be guessed. */
  async function redeemSaleIn(text: string, device: Device): Promise<RedeemOutcome | null> {
    const code = [...saleCodesIn(text), ...cashCodesIn(text)].find((each) => site.catalogue.sale(each) !== null);
    return code === undefined ? null : await redeemAs(code, device, "", true);
  }

  /** A code of another system with a password of its own is typed as code, blank, password; either may have blanks. */
  function voucherOf(typed: string): KnownVoucher | null {
    const alone = site.catalogue.voucher(typed);
    if (alone !== null && (alone.ownPassword ?? null) === null) return alone;
    const words = typed.trim().split(" ");
    for (let count = 1; count < words.length && count <= codeWordsMax; count++) {
      const found = site.catalogue.voucher(words.slice(0, count).join(" "));
      const password = found?.ownPassword ?? null;
      // The form takes away what stands at the ends.
      if (password !== null && isSameSecret(password.trim(), words.slice(count).join(" ").trim())) return found;
    }
    return null;
  }

  async function redeem(code: string, device: Device, pin = ""): Promise<RedeemOutcome> {
    return await redeemAs(code, device, pin, false);
  }

  /** `isKnown`: it is the code of a sale here, so nothing is guessed. */
  async function redeemAs(code: string, device: Device, pin: string, isKnown: boolean): Promise<RedeemOutcome> {
    const { mac } = seenOf(device);
    // Who merely names a neighbour's address neither has that phone's freedom of tries nor goes past its PIN.
    const provenMac = provenOf(device).mac;
    const names = [deviceOfToken(device.token), ...(provenMac === null ? [] : [provenMac])];
    const holdsGrant = (name: string, grantId: string) => heldGrants(site.state, name).includes(grantId);
    const holds = () => names.some((name) => heldGrants(site.state, name).length > 0);
    const guesser = guesserOf(device);
    // Who holds something waits for nobody; but a cookie that holds an hour is no pass for guesses from ever new addresses.
    const isFree = isKnown || (holds() && heldTries.take(device.token, site.world.clock.monotonicMs()) === 0);
    const host = isFree ? null : askingHosts.ofPortal(device);
    const delay = guard.mayTry(guesser, host);
    if (delay !== null) return refused(delay.reason, delay.seconds);
    if (offers.isOffer(code)) return await offers.accept(code, device);
    const found = voucherOf(code);
    // Before the hub is asked for its lease: who has not the PIN moves nothing.
    if (found !== null && hasPin(found) && !names.some((name) => holdsGrant(name, found.grant.grantId))) {
      const lockedSeconds = guard.pins.lockedForSeconds(found.grant.grantId);
      if (lockedSeconds > 0) return refused("guessing", lockedSeconds);
      if (!fitsPin(found, pin)) {
        if (pin !== "") {
          guard.wrongTry(guesser, host);
          guard.pins.wrongPin(found.grant.grantId);
        }
        return refused("wrong-password");
      }
    }
    if (found === null) {
      guard.wrongTry(guesser, host);
      const nowLocked = guard.lockedForSeconds(guesser);
      return nowLocked > 0 ? refused("guessing", nowLocked) : refused("unknown-user");
    }
    guard.rightTry(host);
    const known = found.isBridge && claimLease !== null ? await claimVoucher(site, claimLease, found, code) : found;
    const refusal = refusalOf(known, site.world.clock.wall());
    if (refusal !== null) return refused(refusal);
    if (isAnothersDevice(found, mac)) return refused("too-many-devices");
    const { grant } = known;
    const { grantId, planName } = grant;
    const onlineGrantId = grant.startedAtMs === null ? view(device).onlineGrantId : null;
    if (onlineGrantId !== null && onlineGrantId !== grantId) {
      // The device is online with another grant: this one waits, and its time starts when that one is over.
      const reason = await bindPortalDevice(site, grant, device);
      return reason === null ? { kind: "redeemed", grantId, planName } : refused(reason);
    }
    const admission = { grant, device: deviceOfToken(device.token), mac: device.mac, spends: null };
    const result = admit(site, { ...admission, wish: "enter" });
    if (result.kind === "reject") return refused(result.reason);
    await result.durable;
    return { kind: "redeemed", grantId, planName };
  }
}

/**
 * Whose wrong tries are counted: of what was seen of the device. Behind a shared address a phone may name its neighbour's: there its cookie alone is
 * its own, and who makes up cookies is bounded by the turns of the site.
 */
function guesserOf(device: Device): Guesser {
  const isNamed = device.claims === "address" || device.claims === "mac-and-address";
  return isNamed ? { mac: null, address: deviceOfToken(device.token) } : seenOf(device);
}

/** Codes of this site's cash sales are ten digits, alone or as a word. */
function cashCodesIn(text: string): string[] {
  const alone = text.replace(/[\s-]+/g, "");
  return /^\d{10}$/.test(alone) ? [alone] : (text.match(/\b\d{10}\b/g) ?? []).slice(0, 3);
}

function refused(
  reason: Extract<RedeemOutcome, { kind: "refused" }>["reason"],
  retryAfterSeconds: number | null = null,
): RedeemOutcome {
  return { kind: "refused", reason, retryAfterSeconds };
}
