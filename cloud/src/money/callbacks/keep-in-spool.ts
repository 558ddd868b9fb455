/**
 * Callbacks without a database: synced to the spool, then acknowledged. It is all that there is while the hub starts, and what takes over
 * when the database does not answer. Only paths that are somebody's are taken: strangers can't fill the disk.
 */
import type { Fault } from "@karibu/protocol/fault";
import { sha256Hex } from "@karibu/protocol/hash";
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { KnownPaths } from "../../ground/spool/known-paths.ts";
import type { Spool } from "../../ground/spool/spool.ts";
import type { CallbackAnswer } from "../channels/channel-messages.ts";
import { moneyTold, readForwarded } from "../claims/forwarded-message.ts";
import { answerSpooled, noAnswer } from "./callback-answers.ts";
import type { CallbackIntake, RawCallback } from "./raw-callback.ts";

export interface CallbackSpool {
  readonly spool: Spool;
  readonly paths: KnownPaths;
}

/** Null: the path is nobody's, as far as we know without the database. */
export type SpooledIntake = (callback: RawCallback) => Promise<CallbackAnswer | null>;

/** As many messages as an address may bring while there is a database. */
const messagesAnHourMax = 600;
const hourMs = 3_600_000;

const useOf = ({ kind }: RawCallback): string =>
  kind === "message" ? "message" : kind === "confirmation" || kind === "validation" ? "confirmation" : "push";

export function createSpooledIntake(world: World, { spool, paths }: CallbackSpool): SpooledIntake {
  const messages = new Map<string, { sinceMs: number; count: number }>();

  function mayBringMessage(hash: string): boolean {
    const nowMs = world.clock.monotonicMs();
    const known = messages.get(hash);
    const now = known === undefined || nowMs - known.sinceMs >= hourMs ? { sinceMs: nowMs, count: 0 } : known;
    messages.set(hash, now);
    return ++now.count <= messagesAnHourMax;
  }

  return async (callback) => {
    const hash = sha256Hex(callback.channelToken);
    const path = paths.find(hash, useOf(callback));
    if (path === null) return null;
    if (callback.kind === "validation") return noAnswer;
    if (callback.kind === "message") {
      if (!mayBringMessage(hash)) return { status: 429, body: { ok: false, problem: "too many messages in an hour" } };
      const message = readForwarded(callback.body);
      // What tells of no money is nobody's business, and is not kept for a moment.
      if (message === null || moneyTold(message) === null) return { status: 200, body: { ok: true, money: false } };
    }
    const received = { ...callback, receivedAtMs: world.clock.wall().atMs };
    try {
      await spool.keep({ id: newId(world), text: JSON.stringify(received) }, path.owner);
    } catch (error) {
      world.log.debug("callback-not-spooled", { code: (error as Fault).code });
      return noAnswer;
    }
    return answerSpooled(path.kind, callback);
  };
}

/** Whose callback lies in the spool: they share its room. Null: the path is nobody's any more. */
export function ownerOfSpooled(paths: KnownPaths, text: string): string | null {
  const callback = JSON.parse(text) as RawCallback;
  return paths.find(sha256Hex(callback.channelToken), useOf(callback))?.owner ?? null;
}

/** Whether the address is somebody's, as far as is known without the database. */
export const isKnownPath = (paths: KnownPaths, callback: RawCallback): boolean =>
  paths.find(sha256Hex(callback.channelToken), useOf(callback)) !== null;

/** For the hub's first moments. */
export const withoutHub =
  (intake: SpooledIntake): CallbackIntake =>
  async (callback) =>
    (await intake(callback)) ?? noAnswer;
