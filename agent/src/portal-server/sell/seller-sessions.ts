/**
 * Who sells on which phone: a seller gives name and PIN once, and the page keeps them for a working day. In memory: after a restart
 * of the agent the page asks again.
 */
import { sha256Hex } from "@karibu/protocol/hash";
import { newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Seller } from "../../cash/sellers.ts";

export interface SellerSession {
  readonly seller: Seller;
  /** Stands in every form of the page: a form on another page does not know it, even in browsers without SameSite. */
  readonly proof: string;
}

export interface SellerSessions {
  /** Returns the token for the phone's cookie. */
  open(seller: Seller): string;
  find(token: string | null): SellerSession | null;
  close(token: string | null): void;
}

export const sessionSeconds = 12 * 3600;
const sessionsMax = 100;

export function createSellerSessions(world: Pick<World, "clock" | "random">): SellerSessions {
  /** By the hash of the token, oldest first. */
  const sessions = new Map<string, SellerSession & { readonly endsAtMs: number }>();
  return {
    open(seller) {
      const token = newSecret(world, 24);
      while (sessions.size >= sessionsMax) sessions.delete(sessions.keys().next().value as string);
      const endsAtMs = world.clock.monotonicMs() + sessionSeconds * 1000;
      sessions.set(sha256Hex(token), { seller, proof: newSecret(world, 16), endsAtMs });
      return token;
    },
    find(token) {
      if (token === null) return null;
      const key = sha256Hex(token);
      const session = sessions.get(key);
      if (session === undefined || session.endsAtMs > world.clock.monotonicMs()) return session ?? null;
      sessions.delete(key);
      return null;
    },
    close(token) {
      if (token !== null) sessions.delete(sha256Hex(token));
    },
  };
}
