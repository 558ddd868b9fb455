/**
 * Which messages of the router's SIM are reported. The owner's SIM also receives what is nobody's business here, so a message leaves the router
 * only where its sender is the one that the provider named and it says that money was received. What came before a person switched it
 * on is never reported: it tells of money from before. Pure.
 */
import { sha256Hex } from "@karibu/protocol/hash";
import { inboxMessagesMax, inboxTextMax } from "@karibu/protocol/rpc/report-inbox";
import type { InboxMessage } from "../ground/router-control.ts";

/** What was read, by fingerprints: no text is kept. */
export interface InboxMemory {
  /** Names the switch that it belongs to. */
  readonly sinceMs: number;
  /** Oldest first. */
  readonly read: readonly string[];
}

interface InboxReading {
  /** Null: nothing new was read. */
  readonly memory: InboxMemory | null;
  /** Oldest first. Each has its fingerprint, to be noted once the hub has it. */
  readonly report: readonly { readonly fingerprint: string; readonly message: InboxMessage }[];
}

/** The newest messages of an inbox that are looked at; more are remembered, so that none of these is forgotten. */
const lookedAtMax = 500;
export const rememberedMax = 2 * lookedAtMax;
/** Clocks of networks and routers may be wrong by so much. */
const clockSlackMs = 86_400_000;

const says = /\b(?:received|umepokea)\b/i;

export function readInboxOnce(
  memory: InboxMemory | null,
  wanted: { readonly sender: string; readonly sinceMs: number },
  messages: readonly InboxMessage[],
): InboxReading {
  const { sender, sinceMs } = wanted;
  const looked = messages.slice(-lookedAtMax).map((message) => ({ fingerprint: fingerprintOf(message), message }));
  const isFirst = memory === null || memory.sinceMs !== sinceMs;
  const kept = isFirst ? firstMemory(memory, sinceMs, looked) : memory;
  const known = new Set(kept.read);
  const fresh = looked.filter(({ fingerprint }) => !known.has(fingerprint));
  const isWanted = ({ message }: (typeof fresh)[number]) =>
    isFrom(message, sender) &&
    says.test(message.text) &&
    message.text.length <= inboxTextMax &&
    !isOld(message, sinceMs);
  const ignored = fresh.filter((each) => !isWanted(each));
  return {
    memory: ignored.length > 0 ? remember(kept, ignored) : isFirst ? kept : null,
    report: fresh.filter(isWanted).slice(0, inboxMessagesMax),
  };
}

/**
 * The first look comes when the router and the link allow it, maybe hours after the switch, and after a stick that was lost it is a first look
 * again. So what came since is reported; a second report is the same receipt. Where the router says no time that can be read, nobody knows.
 */
function firstMemory(
  before: InboxMemory | null,
  sinceMs: number,
  looked: readonly { readonly fingerprint: string; readonly message: InboxMessage }[],
): InboxMemory {
  const known = new Set(before?.read ?? []);
  const old = looked.filter(
    ({ fingerprint, message: { atMs } }) => known.has(fingerprint) || atMs === null || atMs < sinceMs,
  );
  return { sinceMs, read: old.map(({ fingerprint }) => fingerprint) };
}

/** With these, the oldest forgotten. */
export function remember(memory: InboxMemory, more: readonly { readonly fingerprint: string }[]): InboxMemory {
  const read = [...memory.read, ...more.map(({ fingerprint }) => fingerprint)];
  return { ...memory, read: read.slice(-rememberedMax) };
}

const isFrom = ({ sender }: InboxMessage, wanted: string): boolean =>
  sender.trim().toLowerCase() === wanted.trim().toLowerCase();

/** A SIM may show its messages some time after the start. Where the router says no time that can be read, only the fingerprints count. */
const isOld = ({ atMs }: InboxMessage, sinceMs: number): boolean => atMs !== null && atMs < sinceMs - clockSlackMs;

const fingerprintOf = ({ sender, time, text }: InboxMessage): string =>
  sha256Hex(JSON.stringify([sender, time, text])).slice(0, 16);
