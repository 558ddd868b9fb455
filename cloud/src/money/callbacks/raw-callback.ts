/** What comes to a hook, and how it is answered. */
import type { World } from "@karibu/protocol/world";
import type { Database } from "../../ground/db/database.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { CallbackAnswer } from "../channels/channel-messages.ts";
import type { Channels } from "../channels/channels.ts";
import type { HeldPurchase } from "./booker.ts";
import type { HeldFact } from "./facts-at-once.ts";

/** `push`: of a prompt. So it is stored where callbacks wait. */
export type HookKind = "push" | "confirmation" | "validation" | "result" | "timeout" | "notice" | "message";

export interface RawCallback {
  /** Left out: `push`. */
  readonly kind?: HookKind;
  readonly channelToken: string;
  /** Of the purchase or the call; empty where the channel's own token is all there is. */
  readonly secret: string;
  readonly body: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly signature?: string | null;
  readonly remoteAddress: string | null;
  /** When it came, if it waited in the spool since; left out: now. */
  readonly receivedAtMs?: number;
}

/** It says what became of a prompt. */
export const isOfPrompt = ({ kind = "push" }: RawCallback): boolean => kind === "push";

/** Rejects only when it could not be kept. */
export type CallbackIntake = (callback: RawCallback) => Promise<CallbackAnswer>;

/** What callbacks told of: it is handed on after the commit. Who does not leaves it to the jobs, which begin a few seconds later. */
export interface Told {
  readonly purchases: readonly HeldPurchase[];
  readonly facts: readonly HeldFact[];
}

export type HandTold = (told: Told) => void;

export interface IntakeParts {
  readonly world: World;
  readonly database: Database;
  readonly jobs: JobQueue;
  readonly envelope: Envelope;
  readonly channels: Channels;
}
