/**
 * Who sells on which phone: a seller gives name and PIN once, and the page keeps them for a working day. A session is of the device
 * that logged in: a copied cookie is worth nothing on another one. In memory: after a restart of the agent the page asks again.
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

/** A phone as the network sees it. Null: not known. */
export interface SellerDevice {
  readonly mac: string | null;
  readonly address: string | null;
}

export interface SellerSessions {
  /** Returns the token for the phone's cookie. */
  open(seller: Seller, device: SellerDevice): string;
  /** Null also for another device: the session stays for its own. */
  find(token: string | null, device: SellerDevice): SellerSession | null;
  close(token: string | null): void;
}

export const sessionSeconds = 12 * 3600;
const sessionsMax = 100;

export function createSellerSessions(world: Pick<World, "clock" | "random">): SellerSessions {
  /** By the hash of the token, oldest first. */
  const sessions = new Map<string, SellerSession & { readonly endsAtMs: number; readonly device: SellerDevice }>();
  return {
    open(seller, { mac, address }) {
      const token = newSecret(world, 24);
      while (sessions.size >= sessionsMax) sessions.delete(sessions.keys().next().value as string);
      const endsAtMs = world.clock.monotonicMs() + sessionSeconds * 1000;
      sessions.set(sha256Hex(token), { seller, proof: newSecret(world, 16), endsAtMs, device: { mac, address } });
      return token;
    },
    find(token, device) {
      if (token === null) return null;
      const key = sha256Hex(token);
      const session = sessions.get(key);
      if (session === undefined) return null;
      if (session.endsAtMs > world.clock.monotonicMs()) return mayBeSame(session.device, device) ? session : null;
      sessions.delete(key);
      return null;
    },
    close(token) {
      if (token !== null) sessions.delete(sha256Hex(token));
    },
  };
}

/** By the MAC where the router says it, for addresses change; else by the address. What is not known speaks against nobody. */
function mayBeSame(one: SellerDevice, other: SellerDevice): boolean {
  if (one.mac !== null && other.mac !== null) return one.mac === other.mac;
  return one.address === null || other.address === null || one.address === other.address;
}
