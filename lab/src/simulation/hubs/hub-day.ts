/** What a story with a hub has in hand while it is played. */
import type { Moved } from "../../daraja/statement.ts";
import type { ReleaseWay } from "../judge/chronicle.ts";
import type { Day } from "../sites/asks.ts";
import type { HubCommandKind, HubCommandOf } from "./hub-commands.ts";
import type { HubSide } from "./hub-side.ts";
import type { HubStory } from "./hub-story.ts";

export interface HubDay extends Day {
  readonly story: HubStory;
  readonly side: HubSide;
  /** What phones began to buy, oldest first. */
  readonly orders: Order[];
  readonly names: { bytes(count: number): Uint8Array };
  /** Counts what staff order. */
  acts: number;
  movedSeen: number;
  /** The last one, and when it was written. Null: none. */
  backUp: { readonly bytes: Uint8Array; readonly atMs: number } | null;
  /** What the owner moved at the channel, oldest first. */
  readonly withdrawals: Moved[];
  /** Of the agent, as the hub holds them, oldest first. */
  readonly releases: { readonly releaseId: string; readonly version: string; readonly way: ReleaseWay }[];
}

export interface Order {
  readonly phone: number;
  readonly planId: string;
  readonly payer: string;
  readonly idempotencyKey: string;
  purchaseId: string | null;
  /** The page of this phone showed it as paid. */
  isSeenPaid: boolean;
  /** The phone is another one since: a new MAC, and no cookie. */
  isStranger: boolean;
}

/** What a command does. None of them waits: what it begins goes on while others come. */
export type Player<Kind extends HubCommandKind> = (day: HubDay, command: HubCommandOf<Kind>) => void;
