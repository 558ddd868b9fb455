/**
 * A log-in request to a decision. User names, in this order: a one-time token (`t-…`), an account, a voucher code (with the
 * code or nothing as password), a MAC that holds a device slot. Synchronous: nothing happens between looking and deciding.
 */

import { deviceOfHost, hashOfLogInToken, normaliseMac } from "../grants/device-keys.ts";
import { voucherKey } from "../grants/site-file.ts";
import { refusalOf } from "../grants/voucher-policy.ts";
import { heldGrants } from "../state/held-grants.ts";
import type { KnownVoucher, LogInDecision, LogInRequest, RejectReason } from "./access.ts";
import { type Admission, type Admitted, admit, type SiteDesk, wouldAdmit } from "./admit.ts";
import type { GuessingGuard } from "./guessing.ts";
import { isTokensHost, type LogInTokens, logInTokenPrefix } from "./log-in-tokens.ts";
import { rejectMessage } from "./messages.ts";
import { grantsInTurn, nextGrant } from "./next-grant.ts";

/** Somebody's right to a grant was proved; whether it is worth anything now is `decide`'s word. */
interface Proved {
  readonly kind: "proved";
  readonly admission: Admission;
  readonly clearPassword: string;
}
type Proof = Proved | { readonly kind: "reject"; readonly reason: RejectReason; readonly wrongTry: boolean };

/** A Reply-Message holds 253 octets. */
const becauseLengthMax = 80;

export function createLogIn(desk: SiteDesk, tokens: LogInTokens, guard: GuessingGuard) {
  function prove(request: LogInRequest, claimed: KnownVoucher | undefined): Proof {
    if (request.user.startsWith(logInTokenPrefix)) return proveToken(request);
    const locked = guard.lockedForSeconds(request) > 0;
    const account = desk.books.account(request.user);
    if (account !== null) {
      if (locked && !isAtHome(account.grantId, request)) return rejected("guessing");
      if (!request.passwordIs(account.password)) return rejected("wrong-password", true);
      const grant = account.active ? desk.books.grantOf(account.grantId) : null;
      if (grant === null) return rejected("disabled");
      return proved(request, { grant, wish: "enter", spends: null }, account.password);
    }
    return (
      proveVoucher(request, locked, claimed) ??
      proveMac(request) ??
      rejected(locked ? "guessing" : "unknown-user", true)
    );
  }

  /** `claimed`: what the code turned out to be worth, when the hub was asked about it a moment ago. */
  function proveVoucher(request: LogInRequest, locked: boolean, claimed: KnownVoucher | undefined): Proof | null {
    const found = claimed ?? desk.books.voucher(request.user);
    if (found === null) return null;
    if (locked && !isAtHome(found.grant.grantId, request)) return rejected("guessing");
    const password = voucherPasswordOf(request);
    if (password === null) return rejected("wrong-password", true);
    const isBegun = found.refusal === null && found.grant.startedAtMs !== null;
    const refusal = isBegun ? null : refusalOf(found, desk.world.clock.wall());
    if (refusal !== null) return rejected(refusal);
    return proved(request, { grant: found.grant, wish: "enter", spends: null }, password);
  }

  /** A device that guesses for a friend keeps what it holds itself. */
  function isAtHome(grantId: string, { mac }: LogInRequest): boolean {
    return mac !== null && heldGrants(desk.state, mac).includes(grantId);
  }

  /** The address was seen by the portal, the MAC by the router: a token that somebody overheard is of no use to him. */
  function proveToken(request: LogInRequest): Proof {
    if (!request.passwordIs(request.user)) return rejected("wrong-password");
    const hash = hashOfLogInToken(request.user);
    const spent = desk.state.tokens.get(hash);
    if (spent !== undefined) {
      const grant = desk.books.grantOf(spent.grantId);
      if (spent.mac !== request.mac) return rejected("unknown-user");
      const claim = grant && proved(request, { grant, wish: "re-enter", spends: null }, request.user);
      if (claim !== null && wouldAdmit(desk, claim.admission)) return claim;
      // What the router's cookie stands for is over; what the device bought after it begins now, without anybody's doing.
      const next = request.mac === null ? null : nextGrant(desk, { device: deviceOfHost(request), mac: request.mac });
      if (next !== null) return proved(request, { grant: next, wish: "re-enter", spends: null }, request.user);
      return claim ?? rejected("unknown-user");
    }
    const fresh = tokens.fresh(hash);
    const grant = fresh && desk.books.grantOf(fresh.grantId);
    if (fresh === null || grant === null || !isTokensHost(fresh, request)) return rejected("unknown-user");
    const admission = { grant, wish: "enter" as const, spends: hash, device: fresh.device };
    return proved(request, admission, request.user);
  }

  /**
   * MAC authentication: what this MAC holds a slot of, in turn; where nothing is worth anything, the first one's reason. Another
   * MAC than the host's own is no such thing but somebody's guess: a code of twelve digits looks like one.
   */
  function proveMac(request: LogInRequest): Proof | null {
    const mac = normaliseMac(request.user);
    if (mac === null || (request.mac !== null && request.mac !== mac)) return null;
    const password = request.passwordIsEmpty ? "" : request.user;
    if (!request.passwordIsEmpty && !request.passwordIs(request.user)) return rejected("wrong-password");
    const host = { device: deviceOfHost({ ...request, mac }), mac };
    const grant = nextGrant(desk, host) ?? grantsInTurn(desk, mac).at(-1);
    if (grant === undefined) return rejected("unknown-user");
    return proved({ ...request, mac }, { grant, wish: "re-enter", spends: null }, password);
  }

  return function logIn(request: LogInRequest, claimed?: KnownVoucher): LogInDecision {
    const proof = prove(request, claimed);
    if (proof.kind === "reject") {
      if (proof.wrongTry) guard.wrongTry(request);
      return refuse(proof.reason);
    }
    const { admission, clearPassword } = proof;
    const admitted: Admitted = admit(desk, admission);
    if (admitted.kind === "reject") return refuse(admitted.reason, admission.grant.suspended?.reason);
    if (admission.spends !== null && desk.state.tokens.has(admission.spends)) tokens.spend(admission.spends);
    return {
      kind: "accept",
      grantId: admission.grant.grantId,
      clearPassword,
      limits: { ...admitted.limits, interimSeconds: desk.books.interimSeconds },
      durable: admitted.durable,
    };
  };

  function refuse(reason: RejectReason, because?: string): LogInDecision {
    const sentence = rejectMessage(reason, desk.books.locale);
    const why = reason === "suspended" && because ? ` (${because.slice(0, becauseLengthMax)})` : "";
    return { kind: "reject", reason, message: sentence + why };
  }
}

/** Nothing, or the code, as it was typed or as it is printed; null: something else. */
export function voucherPasswordOf(request: LogInRequest): string | null {
  if (request.passwordIsEmpty) return "";
  if (request.passwordIs(request.user)) return request.user;
  const key = voucherKey(request.user);
  return key !== "" && request.passwordIs(key) ? key : null;
}

function rejected(reason: RejectReason, wrongTry = false): Extract<Proof, { kind: "reject" }> {
  return { kind: "reject", reason, wrongTry };
}

function proved(
  request: LogInRequest,
  claim: Omit<Admission, "device" | "mac"> & { readonly device?: string },
  clearPassword: string,
): Proved {
  const { grant, wish, spends } = claim;
  const device = claim.device ?? deviceOfHost(request);
  return { kind: "proved", clearPassword, admission: { grant, wish, spends, device, mac: request.mac } };
}
