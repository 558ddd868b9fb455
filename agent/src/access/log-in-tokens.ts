/**
 * One-time log-ins: the portal gives one to a phone, which posts it to the hotspot, or the agent sends it to the
 * router's API. A token lives two minutes, for one grant, one device and one host's address. User name and password are
 * the same secret, so that CHAP works from the user name alone. A spent token (a journal record) stays good for
 * re-entry of the same MAC, because RouterOS' MAC cookie repeats it. Unspent tokens live in memory: after a restart the
 * portal asks for another.
 */

import { sha256Hex } from "@karibu/protocol/hash";
import { newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";

export interface LogInTokens {
  /** Returns the token. */
  issue(token: Omit<FreshToken, "expiresMs">): string;
  /** Null: never issued, expired, or spent (the state knows spent tokens). */
  fresh(hash: string): FreshToken | null;
  spend(hash: string): void;
  /** The device that proved itself by its own token when this log-in was spent, minutes ago; null: none did, or its session has begun. */
  entered(hash: string): string | null;
  /** Its session is recorded: what a router repeats later proves nothing. */
  begun(hash: string): void;
}

export interface FreshToken {
  readonly grantId: string;
  readonly device: string;
  readonly mac: string | null;
  readonly address: string | null;
  /** The device had a place in the grant: the log-in is for that. Absent: it had none. */
  readonly hadPlace?: boolean;
  /** The device showed the token that its key is made of. Absent: it is known by its MAC, or the site logs it in by itself. */
  readonly isProved?: boolean;
  /** Monotonic. */
  readonly expiresMs: number;
}

export const logInTokenPrefix = "t-";

/** 64 hex digits: the journal and the state know a spent token by it. */
export const hashOfLogInToken = (token: string): string => sha256Hex(token);

const logInTokenLifeMs = 120_000;
/** Between the accept and the first word of the session: its Start, or an interim where that was lost. */
const enteredLifeMs = 600_000;

export function createLogInTokens(world: Pick<World, "clock" | "random">): LogInTokens {
  const tokens = new Map<string, FreshToken>();
  const entered = new Map<string, Pick<FreshToken, "device" | "expiresMs">>();

  return {
    issue(token) {
      const nowMs = world.clock.monotonicMs();
      dropExpired(tokens, nowMs);
      const secret = logInTokenPrefix + newSecret(world, 12);
      tokens.set(hashOfLogInToken(secret), { ...token, expiresMs: nowMs + logInTokenLifeMs });
      return secret;
    },
    fresh(hash) {
      const token = tokens.get(hash);
      return token !== undefined && token.expiresMs > world.clock.monotonicMs() ? token : null;
    },
    spend(hash) {
      const token = tokens.get(hash);
      tokens.delete(hash);
      if (token?.isProved !== true) return;
      const nowMs = world.clock.monotonicMs();
      dropExpired(entered, nowMs);
      entered.set(hash, { device: token.device, expiresMs: nowMs + enteredLifeMs });
    },
    entered(hash) {
      const known = entered.get(hash);
      return known !== undefined && known.expiresMs > world.clock.monotonicMs() ? known.device : null;
    },
    begun: (hash) => void entered.delete(hash),
  };
}

function dropExpired(tokens: Map<string, Pick<FreshToken, "expiresMs">>, nowMs: number): void {
  for (const [hash, { expiresMs }] of tokens) {
    if (expiresMs > nowMs) return; // all live equally long: the first good token ends the search
    tokens.delete(hash);
  }
}

/**
 * Is this the host that the token was issued for? Everything that both sides know must agree: the address, which the
 * portal saw, and the MAC, which may be the phone's own claim. So a phone that claims its neighbour's MAC gets a log-in
 * that only the neighbour can use.
 */
export function isTokensHost(
  token: Pick<FreshToken, "mac" | "address">,
  host: { readonly mac: string | null; readonly address: string | null },
): boolean {
  if (token.address !== null && host.address !== null && token.address !== host.address) return false;
  if (token.mac !== null && host.mac !== null && token.mac !== host.mac) return false;
  const compared = (token.address !== null && host.address !== null) || (token.mac !== null && host.mac !== null);
  // With nothing to compare, the token fits only if the portal knew nothing of the host.
  return compared || (token.address === null && token.mac === null);
}
