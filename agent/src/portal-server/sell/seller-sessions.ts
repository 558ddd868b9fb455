/**
 * Who sells on which phone: a seller gives name and PIN once, and the page keeps them for a working day, over a restart of the agent too
 * (`seller-sessions.json`). A session is of the device that logged in: a copied cookie is worth nothing on another one. The file holds no PIN and
 * nothing that a cookie could be made from. A disk that refuses it, or a new stick, costs the sellers one log-in.
 */
import { sha256Hex } from "@karibu/protocol/hash";
import { newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { KnownPin } from "../../cash/pin.ts";
import type { Seller } from "../../cash/sellers.ts";
import type { Folder } from "../../ground/files/folder.ts";
import { readJsonFile, writeJsonFile } from "../../ground/files/json-file.ts";

export interface SellerSession {
  readonly sellerId: string;
  readonly name: string;
  /** Stands in every form of the page: a form on another page does not know it, even in browsers without SameSite. */
  readonly proof: string;
  /** Is this the PIN with which they logged in? */
  isOf(pin: KnownPin): boolean;
}

/** A phone as the network sees it. Null: not known. */
export interface SellerDevice {
  readonly mac: string | null;
  readonly address: string | null;
}

export interface SellerSessions {
  /** Returns the token for the phone's cookie, when the session is on disk. Never rejects. */
  open(seller: Seller, device: SellerDevice): Promise<string>;
  /** Null also for another device: the session stays for its own. */
  find(token: string | null, device: SellerDevice): SellerSession | null;
  close(token: string | null): Promise<void>;
}

export const sessionSeconds = 12 * 3600;
const sessionsMax = 100;
const fileName = "seller-sessions.json";

interface KeptSession {
  readonly sellerId: string;
  readonly name: string;
  readonly proof: string;
  /** Hash of the PIN as it is known here, salted with the token. */
  readonly pinMark: string;
  readonly device: SellerDevice;
  /** By the site's clock. While the agent runs, its monotonic time rules. */
  readonly endsAtMs: number;
}

interface OpenSession extends KeptSession {
  readonly endsMonotonicMs: number;
}

type SessionFolder = Pick<Folder, "read" | "rename" | "replace">;

/** `folder` null: sessions last as long as the process. Never rejects. */
export async function openSellerSessions(world: World, folder: SessionFolder | null): Promise<SellerSessions> {
  const kept = folder === null ? [] : await readKept(world, folder);
  return sellerSessions(world, folder, kept);
}

/** Without a folder. */
export const createSellerSessions = (world: World): SellerSessions => sellerSessions(world, null, []);

function sellerSessions(
  world: World,
  folder: SessionFolder | null,
  kept: readonly (readonly [string, OpenSession])[],
): SellerSessions {
  /** By the hash of the token, oldest first. */
  const sessions = new Map(kept);
  let writing: Promise<void> = Promise.resolve();

  function keep(): Promise<void> {
    if (folder === null) return writing;
    writing = writing
      .then(() => writeJsonFile(folder, fileName, { sessions: Object.fromEntries([...sessions].map(withoutProcess)) }))
      .catch((error) => world.log.warn("seller-sessions-not-kept", { error: String(error) }));
    return writing;
  }

  return {
    async open(seller, { mac, address }) {
      const token = newSecret(world, 24);
      while (sessions.size >= sessionsMax) sessions.delete(sessions.keys().next().value as string);
      sessions.set(sha256Hex(token), {
        sellerId: seller.sellerId,
        name: seller.name,
        proof: newSecret(world, 16),
        pinMark: pinMark(token, seller.pin),
        device: { mac, address },
        endsAtMs: world.clock.wall().atMs + sessionSeconds * 1000,
        endsMonotonicMs: world.clock.monotonicMs() + sessionSeconds * 1000,
      });
      await keep();
      return token;
    },
    find(token, device) {
      if (token === null) return null;
      const key = sha256Hex(token);
      const session = sessions.get(key);
      if (session === undefined) return null;
      if (session.endsMonotonicMs <= world.clock.monotonicMs()) {
        sessions.delete(key);
        return null;
      }
      if (!mayBeSame(session.device, device)) return null;
      const { sellerId, name, proof } = session;
      return { sellerId, name, proof, isOf: (pin) => session.pinMark === pinMark(token, pin) };
    },
    async close(token) {
      if (token !== null && sessions.delete(sha256Hex(token))) await keep();
    },
  };
}

/** Those that have not ended, with what is left of them: never more than a whole session, whatever the clock says. */
async function readKept(world: World, folder: SessionFolder): Promise<[string, OpenSession][]> {
  const file = await readJsonFile<{ sessions: Record<string, unknown> }>(folder, fileName).catch(() => null);
  const [nowMs, monotonicMs] = [world.clock.wall().atMs, world.clock.monotonicMs()];
  return Object.entries(file?.sessions ?? {})
    .slice(-sessionsMax)
    .flatMap(([key, session]) => {
      if (!isKept(session)) return [];
      const leftMs = Math.min(session.endsAtMs - nowMs, sessionSeconds * 1000);
      return leftMs > 0 ? [[key, { ...session, endsMonotonicMs: monotonicMs + leftMs }]] : [];
    });
}

const withoutProcess = ([key, { endsMonotonicMs: _, ...kept }]: readonly [string, OpenSession]) => [key, kept] as const;

const pinMark = (token: string, pin: KnownPin): string => sha256Hex(`${token} ${JSON.stringify(pin)}`);

function isKept(value: unknown): value is KeptSession {
  const { sellerId, name, proof, pinMark, device, endsAtMs } = (value ?? {}) as Record<keyof KeptSession, unknown>;
  const { mac, address } = (device ?? {}) as Record<keyof SellerDevice, unknown>;
  const isTextOrNull = (one: unknown) => one === null || typeof one === "string";
  const texts = [sellerId, name, proof, pinMark].every((one) => typeof one === "string");
  return texts && typeof endsAtMs === "number" && isTextOrNull(mac) && isTextOrNull(address);
}

/** By the MAC where the router says it, for addresses change; else by the address. What is not known speaks against nobody. */
function mayBeSame(one: SellerDevice, other: SellerDevice): boolean {
  if (one.mac !== null && other.mac !== null) return one.mac === other.mac;
  return one.address === null || other.address === null || one.address === other.address;
}
