import type { Selectable } from "kysely";
import type { Schema } from "../../ground/db/schema.ts";

/** What a secret in a callback address is for: prompts (and results, notices), or confirmations of money. */
export type HookUse = "push" | "confirmation";

/** Calls whose result comes later by a callback. An initiator signs them. */
export type AsyncCallKind = "status" | "reversal" | "payout" | "balance" | "payout-status";

/** What a channel's row keeps in the clear. Nothing here gives access to anything. */
export interface ChannelSettings {
  /** Who signs asynchronous calls. */
  readonly initiatorName?: string;
  /** The currency that it moves, where its keys decide that: an account of Airtel's belongs to one country. */
  readonly currency?: string;
  /** The addresses for money that no request asked for are registered with the channel. */
  readonly registered?: boolean;
  readonly responseType?: "Completed" | "Cancelled";
  readonly c2bVersion?: "v1" | "v2";
  /** We may read the channel's list of what came in. */
  readonly pulls?: boolean;
  /** Pesapal's id of our notification address, and the address: another one needs another id. */
  readonly noticeId?: string;
  readonly noticeUrl?: string;
}

export type ChannelRow = Selectable<Schema["channels"]>;
