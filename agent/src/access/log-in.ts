/**
 * Decides a log-in request. The user name is, in this order: a one-time token (`t-…`), an account, a voucher code (with the code
 * or nothing as password), or a MAC that holds a device slot. Synchronous: nothing changes between reading and deciding.
 */

import type { AccountAddress } from "@karibu/protocol/accounts/customer-account";
import type { KnownPassword } from "@karibu/protocol/accounts/nt-hash";
import { cutText } from "@karibu/protocol/whole-text";
import type { KnownAccount } from "../grants/account-catalogue.ts";
import { deviceOfHost } from "../grants/device-keys.ts";
import { holds } from "../grants/device-slots.ts";
import type { Site } from "../grants/site.ts";
import { voucherKey } from "../grants/site-file.ts";
import { fitsPin, hasPin, isAnothersDevice, type KnownVoucher, refusalOf } from "../grants/vouchers/known-voucher.ts";
import { normaliseMac } from "../ground/mac-address.ts";
import { heldGrants } from "../state/held-grants.ts";
import type { RejectReason } from "../state/reject-reason.ts";
import type { LogInDecision, LogInRequest } from "./access.ts";
import { type Admission, admit, wouldAdmit } from "./admit.ts";
import type { AskingHosts } from "./guessing/asking-host.ts";
import type { Delay, GuessingGuard } from "./guessing/guessing.ts";
import { ownTriesOf } from "./guessing/pin-guard.ts";
import type { AskingHost } from "./guessing/turns.ts";
import type { LogInPace } from "./log-in-pace.ts";
import { hashOfLogInToken, isTokensHost, type LogInTokens, logInTokenPrefix } from "./log-in-tokens.ts";
import { nextGrant, refusedGrant } from "./next-grant.ts";
import { rejectMessage } from "./reject-messages.ts";

/** The request proves a right to the grant. `decide` says what the grant is worth now. */
interface Proved {
  readonly kind: "proved";
  readonly admission: Admission;
  readonly password: KnownPassword;
  readonly framed?: AccountAddress;
}
type Proof =
  | Proved
  | {
      readonly kind: "reject";
      readonly reason: RejectReason;
      readonly isGuess: boolean;
      /** When to try again, where that is known. */
      readonly seconds?: number;
    };

/** A Reply-Message holds 253 octets. */
const suspensionTextMax = 80;

export function createLogIn(
  site: Site,
  tokens: LogInTokens,
  {
    guard,
    askingHosts,
    pace,
  }: { readonly guard: GuessingGuard; readonly askingHosts: AskingHosts; readonly pace: LogInPace },
) {
  const { state, catalogue } = site;

  /** `host`: as whom the device waits for its turn; null: it holds something, or the router asks by itself. */
  function prove(request: LogInRequest, host: AskingHost | null, claimed: KnownVoucher | undefined): Proof {
    // No guess, because the answer is the same for every name: a phone that tries EAP by itself must not lock its owner out.
    if (!request.passwordIsReadable) return rejected("wrong-password");
    if (request.user.startsWith(logInTokenPrefix)) return proveToken(request);
    const delay = isRoutersOwn(request) ? null : guard.mayTry(request, host);
    return (
      proveAccount(request, delay) ??
      proveVoucher(request, delay, claimed) ??
      proveMac(request) ??
      (delay === null ? rejected("unknown-user", true) : delayed(delay))
    );
  }

  /**
   * A router asks by itself for each phone, with its own MAC as the name: that is no try. Where an account has that name, its password is guessed
   * like any other, but for what routers send: nothing, or the MAC again.
   */
  function isRoutersOwn(request: LogInRequest): boolean {
    if (request.mac === null || normaliseMac(request.user) !== request.mac) return false;
    return request.passwordIsEmpty || catalogue.account(request.user) === null || request.passwordIs(request.user);
  }

  function proveAccount(request: LogInRequest, delay: Delay | null): Proof | null {
    const account = catalogue.account(request.user);
    if (account === null) return null;
    const isHeard = delay === null || holdsAlready(account.grantId, request) || mayRedial(request, account.password);
    if (!isHeard) return delayed(delay);
    // A right password may come as CHAP, which a hash can't check: that is no guess, and locks nobody out.
    const isUncheckable = request.isChap === true && typeof account.password !== "string";
    if (!request.passwordIs(account.password))
      return rejected("wrong-password", !isUncheckable && !isRoutersOwn(request));
    if (!isMeantFor(account, request)) return rejected("other-device");
    const grant = account.active ? catalogue.grantOf(account.grantId) : null;
    if (grant === null) return rejected("disabled");
    const proof = proved(request, { grant, wish: "enter", spends: null }, account.password);
    return account.address === undefined ? proof : { ...proof, framed: account.address };
  }

  /** A lock is no answer to a password that was corrected: see `redials`. */
  function mayRedial(request: LogInRequest, known: KnownPassword): boolean {
    const password = typeof known === "string" ? known : Buffer.from(known).toString("hex");
    return request.service === "ppp" && guard.takeRedial(request, { user: request.user, password });
  }

  /** `claimed`: the voucher after the hub was asked for its lease a moment ago. */
  function proveVoucher(request: LogInRequest, delay: Delay | null, claimed: KnownVoucher | undefined): Proof | null {
    const found = claimed ?? catalogue.voucher(request.user);
    if (found === null) return null;
    const { grantId } = found.grant;
    const isHeld = holdsAlready(grantId, request);
    if (delay !== null && !isHeld) return delayed(delay);
    // Who has the code already, or has their MAC, needs no PIN; to find it out they have no more tries than others, but their own.
    const plain = hasPin(found) && isHeld ? voucherPasswordOf(request) : null;
    const triedAs = isHeld ? ownTriesOf(grantId, `${request.mac}`) : grantId;
    if (plain === null && hasPin(found) && guard.pins.lockedForSeconds(triedAs) > 0) return rejected("guessing");
    const password = plain ?? passwordOf(found, request);
    if (password === null) {
      if (hasPin(found) && !request.passwordIsEmpty)
        for (const name of new Set([grantId, triedAs])) guard.pins.wrongPin(name);
      return rejected("wrong-password", true);
    }
    if (isAnothersDevice(found, request.mac)) return rejected("too-many-devices");
    const isStarted = found.refusal === null && found.grant.startedAtMs !== null;
    const refusal = isStarted ? null : refusalOf(found, site.world.clock.wall());
    if (refusal !== null) return rejected(refusal);
    return proved(request, { grant: found.grant, wish: "enter", spends: null }, password);
  }

  /** A locked device keeps the grants that it holds itself. */
  function holdsAlready(grantId: string, { mac }: LogInRequest): boolean {
    return mac !== null && heldGrants(state, mac).includes(grantId);
  }

  function hasPlace({ grantId, device }: { readonly grantId: string; readonly device: string }, { mac }: LogInRequest) {
    return state.slots.get(grantId)?.some((slot) => holds(slot, { device, mac })) === true;
  }

  /** The portal saw the address, the router the MAC: an overheard token is worth nothing to another host. */
  function proveToken(request: LogInRequest): Proof {
    if (!request.passwordIs(request.user)) return rejected("wrong-password");
    const hash = hashOfLogInToken(request.user);
    const spent = state.tokens.get(hash);
    if (spent !== undefined) return proveSpentToken(request, spent);
    const fresh = tokens.fresh(hash);
    const grant = fresh && catalogue.grantOf(fresh.grantId);
    if (fresh === null || grant === null || !isTokensHost(fresh, request)) return rejected("unknown-user");
    // It was given to who had a place: to who was put off meanwhile, or gave the place away, it gives none back.
    if (fresh.hadPlace === true && !hasPlace(fresh, request)) return rejected("too-many-devices");
    return proved(request, { grant, wish: "enter", spends: hash, device: fresh.device }, request.user);
  }

  /** The router's MAC cookie repeats a spent token. When its grant is over, the device's next grant starts. */
  function proveSpentToken(
    request: LogInRequest,
    spent: { readonly grantId: string; readonly mac: string | null },
  ): Proof {
    if (spent.mac !== request.mac) return rejected("unknown-user");
    const grant = catalogue.grantOf(spent.grantId);
    // Who lost the device's place to somebody with the PIN does not get it back by what a router repeats.
    const isPutOff =
      request.mac !== null && !holdsAlready(spent.grantId, request) && catalogue.guardOf(spent.grantId)?.pin != null;
    if (isPutOff) return rejected("too-many-devices");
    const again = grant && proved(request, { grant, wish: "re-enter", spends: null }, request.user);
    if (again !== null && wouldAdmit(site, again.admission)) return again;
    const next = request.mac === null ? null : nextGrant(site, { device: deviceOfHost(request), mac: request.mac });
    if (next !== null) return proved(request, { grant: next, wish: "re-enter", spends: null }, request.user);
    return again ?? rejected("unknown-user");
  }

  /**
   * MAC authentication: the grants of which this MAC holds a slot, in order of use. When none admits the device, the last one's
   * reason counts. The name must be the host's own MAC: a code of twelve digits may look like another MAC. A tunnel's client has no MAC that
   * anybody has seen, so its word for one proves nothing.
   */
  function proveMac(request: LogInRequest): Proof | null {
    const mac = normaliseMac(request.user);
    const isAnothers = request.mac === null ? request.service === "ppp" : request.mac !== mac;
    if (mac === null || isAnothers) return null;
    const password = request.passwordIsEmpty ? "" : request.user;
    if (!request.passwordIsEmpty && !request.passwordIs(request.user)) return rejected("wrong-password");
    const host = { device: deviceOfHost({ ...request, mac }), mac };
    const grant = nextGrant(site, host) ?? refusedGrant(site, host);
    if (grant === null) return rejected("unknown-user");
    return proved({ ...request, mac }, { grant, wish: "re-enter", spends: null }, password);
  }

  return function logIn(request: LogInRequest, claimed?: KnownVoucher): LogInDecision {
    const isTry = !request.user.startsWith(logInTokenPrefix) && !isRoutersOwn(request);
    const host = isTry && !holdsSomething(site, request) ? askingHosts.ofRadius(request) : null;
    const proof = prove(request, host, claimed);
    if (proof.kind === "reject") {
      if (proof.isGuess) guard.wrongTry(request, host);
      return reject(proof.reason, undefined, proof.seconds);
    }
    guard.rightTry(host);
    const { admission, password, framed } = proof;
    const { grantId, terms, suspended } = admission.grant;
    const waitSeconds = pace.waitSeconds(grantId, terms.devices, site.world.clock.monotonicMs());
    // Who is not let in is told why.
    if (waitSeconds > 0 && wouldAdmit(site, admission)) return reject("one-moment", undefined, waitSeconds);
    const result = admit(site, admission);
    if (result.kind === "reject") return reject(result.reason, suspended?.reason);
    if (admission.spends !== null && state.tokens.has(admission.spends)) tokens.spend(admission.spends);
    return {
      kind: "accept",
      grantId,
      password,
      ...(framed === undefined ? {} : { framed }),
      limits: { ...result.limits, devices: result.devices, interimSeconds: catalogue.interimSeconds },
      durable: result.durable,
    };
  };

  function reject(reason: RejectReason, suspension?: string, seconds?: number): LogInDecision {
    const sentence = rejectMessage(reason, catalogue.locale, seconds);
    const why = reason === "suspended" && suspension ? ` (${cutText(suspension, suspensionTextMax)})` : "";
    return { kind: "reject", reason, message: sentence + why };
  }
}

/** The account's service, and where it is tied to devices, one of them. What sends no MAC can't show that it is one. */
function isMeantFor({ service = "any", macs = [] }: KnownAccount, request: LogInRequest): boolean {
  if (service !== "any" && (service === "pppoe") !== (request.service === "ppp")) return false;
  return macs.length === 0 || (request.mac !== null && macs.includes(request.mac));
}

/** The device holds a grant of this site: it waits for nobody who guesses. */
export function holdsSomething({ state }: Pick<Site, "state">, { mac }: Pick<LogInRequest, "mac">): boolean {
  return mac !== null && heldGrants(state, mac).length > 0;
}

/**
 * Of a voucher with a PIN that: its customer's own, which only PAP brings in a form that can be checked, or as it is printed; of another
 * system's code its own password; else nothing or the code. Null: another password.
 */
export function passwordOf(
  { pin, guardPin = null, ownPassword = null }: Pick<KnownVoucher, "pin" | "guardPin" | "ownPassword">,
  request: LogInRequest,
): string | null {
  const { clearPassword } = request;
  if (guardPin !== null)
    return clearPassword !== null && fitsPin({ pin, guardPin }, clearPassword) ? clearPassword : null;
  const second = pin ?? ownPassword;
  if (second === null) return voucherPasswordOf(request);
  return request.passwordIs(second) ? second : null;
}

/** Nothing, or the code as it was typed or as it is printed. Null: another password. */
function voucherPasswordOf(request: LogInRequest): string | null {
  if (request.passwordIsEmpty) return "";
  if (request.passwordIs(request.user)) return request.user;
  const key = voucherKey(request.user);
  return key !== "" && request.passwordIs(key) ? key : null;
}

/** `isGuess`: it counts as a wrong try. */
function rejected(reason: RejectReason, isGuess = false): Extract<Proof, { kind: "reject" }> {
  return { kind: "reject", reason, isGuess };
}

const delayed = ({ reason, seconds }: Delay): Proof => ({
  kind: "reject",
  reason,
  isGuess: false,
  ...(reason === "one-moment" ? { seconds } : {}),
});

function proved(
  request: LogInRequest,
  { grant, wish, spends, device }: Omit<Admission, "device" | "mac"> & { readonly device?: string },
  password: KnownPassword,
): Proved {
  const hasPage = request.service === "ppp" && request.hasNoLists !== true;
  const admission = { grant, wish, spends, device: device ?? deviceOfHost(request), mac: request.mac, hasPage };
  return { kind: "proved", password, admission };
}
