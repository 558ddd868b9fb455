/**
 * One-time log-ins: what the portal gives a phone to post to the hotspot, or the agent to the router's API. Two minutes,
 * for one grant, one device and one host's address; user name and password are the same secret, so that CHAP works from the
 * user name alone. Once spent (a journal record) it is re-entry for the same MAC, because RouterOS' MAC cookie
 * replays what logged in. Tokens not yet spent live in memory: after a restart the portal asks for another.
 */
import { newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { hashOfLogInToken } from "../grants/device-keys.ts";

export interface LogInTokens {
  issue(token: Omit<FreshToken, "expiresMs">): string;
  /** Null: never issued, too old, or spent (the journal's state knows those). */
  fresh(hash: string): FreshToken | null;
  spend(hash: string): void;
}

export interface FreshToken {
  readonly grantId: string;
  readonly device: string;
  readonly mac: string | null;
  readonly address: string | null;
  /** Monotonic. */
  readonly expiresMs: number;
}

export const logInTokenPrefix = "t-";
export const logInTokenLifeMs = 120_000;

export function createLogInTokens(world: Pick<World, "clock" | "random">): LogInTokens {
  const tokens = new Map<string, FreshToken>();

  function dropExpired(nowMs: number): void {
    for (const [hash, { expiresMs }] of tokens) {
      if (expiresMs > nowMs) return; // all live equally long: the first that is good ends it
      tokens.delete(hash);
    }
  }

  return {
    issue(token) {
      const nowMs = world.clock.monotonicMs();
      dropExpired(nowMs);
      const secret = logInTokenPrefix + newSecret(world, 12);
      tokens.set(hashOfLogInToken(secret), { ...token, expiresMs: nowMs + logInTokenLifeMs });
      return secret;
    },
    fresh(hash) {
      const token = tokens.get(hash);
      return token !== undefined && token.expiresMs > world.clock.monotonicMs() ? token : null;
    },
    spend: (hash) => void tokens.delete(hash),
  };
}

/**
 * Is this the host the token was made for? All that both sides know must agree: the address, which the portal saw, and the
 * MAC, which may be no more than what the phone said of itself. So a phone that claims its neighbour's MAC gets a log-in
 * that only the neighbour could use.
 */
export function isTokensHost(
  token: Pick<FreshToken, "mac" | "address">,
  host: { readonly mac: string | null; readonly address: string | null },
): boolean {
  if (token.address !== null && host.address !== null && token.address !== host.address) return false;
  if (token.mac !== null && host.mac !== null && token.mac !== host.mac) return false;
  const compared = (token.address !== null && host.address !== null) || (token.mac !== null && host.mac !== null);
  // Nothing could be compared: only when the portal knew nothing of the host is there nothing to be bound to.
  return compared || (token.address === null && token.mac === null);
}
