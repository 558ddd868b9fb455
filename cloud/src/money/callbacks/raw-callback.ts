/** What comes to a hook, and how it is answered. */
import type { World } from "@karibu/protocol/world";
import type { Database } from "../../ground/db/database.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import type { ChannelRow } from "../channels/tables.ts";

export type HookKind = "push" | "confirmation" | "validation" | "result" | "timeout" | "notice";

export interface RawCallback {
  readonly kind?: HookKind;
  readonly channelToken: string;
  /** Of the purchase or the call; empty where the channel's own token is all there is. */
  readonly secret: string;
  readonly body: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly signature?: string | null;
  readonly remoteAddress: string | null;
}

export interface HookAnswer {
  readonly status: number;
  readonly body: object;
}

/** Rejects only when it could not be kept. */
export type CallbackIntake = (callback: RawCallback) => Promise<HookAnswer>;

export interface IntakeParts {
  readonly world: World;
  readonly database: Database;
  readonly jobs: JobQueue;
  readonly webhookSecret: (channel: ChannelRow) => string | null;
}
