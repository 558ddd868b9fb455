/**
 * Frames on the one WebSocket between an agent and the hub. JSON text, one object a frame, checked on both sides.
 *
 * How a link begins: the hub sends `hello` (its nonce); the agent answers `hello` (its nonce, its signature over both,
 * its position); the hub answers `welcome` (its signature over both, time, where to resume) or closes with a code.
 * After that, in any order: `journal` up and `ack` down; `feed` down and `applied` up; `rpc`, `reply` and `cancel` both ways;
 * `ping` up and `pong` down after a time without other frames, or when the state of the agent's disk or router changes.
 */

import * as z from "zod/mini";
import { incomingRowSchema, scopeSchema } from "../feed.ts";
import { readJson } from "../foreign-json.ts";
import { routerStandings, siteDisks } from "../health.ts";
import { complaint, inPlainWords, keySchema, textSchema, unixMsSchema } from "../schema.ts";

/**
 * The protocol version of this code. 2 added `cancel` and packed feed pages; 3 signs what the two hellos and the welcome say (`link-proof.ts`).
 */
export const protocolVersion = 3;
/** What both sides can speak, newest first: a release also serves the ones before. The agent picks from the hub's list. */
export const supportedProtocols: readonly number[] = [protocolVersion, 2, 1];
/** A longer frame is refused and the link closed (1009). Batches and pages are cut to fit well below. */
export const frameBytesMax = 256 * 1024;

const natural = z.int().check(z.gte(0));
/** `refuses`: the disk refuses writes. The journal waits in memory, so only the link can report it. Absent: the agent's release does not report it. */
const diskState = z.optional(z.enum(siteDisks));
const base64 = z.string().check(z.regex(/^[A-Za-z0-9+/]*={0,2}$/), z.maxLength(512));

export const hubHello = z.object({
  type: z.literal("hello"),
  role: z.literal("hub"),
  /** Versions the hub serves, newest first. */
  protocols: z.array(z.int()),
  nonce: base64,
});

export const agentHello = z.object({
  type: z.literal("hello"),
  role: z.literal("agent"),
  protocol: z.int(),
  siteId: keySchema,
  nonce: base64,
  /** Ed25519 over `agentProof`. */
  signature: base64,
  agentVersion: textSchema,
  epoch: keySchema,
  /** Last sequence in the agent's journal, 0 when empty. */
  lastSeq: natural,
  /** Feed cursors: last version applied per scope. */
  cursors: z.record(scopeSchema, natural),
  /** The hub's generation as last seen; another one means: snapshot down. */
  generation: z.nullable(keySchema),
  /** An idle agent sends a ping at this interval; the hub closes the link after two and a half intervals. Absent: 120. */
  heartbeatSeconds: z.optional(z.int().check(z.gte(1), z.lte(3600))),
  disk: diskState,
});

export const welcomeFrame = z.object({
  type: z.literal("welcome"),
  protocol: z.int(),
  /** Ed25519 over `hubProof`. */
  signature: base64,
  generation: keySchema,
  /** The hub's wall clock when this was sent. */
  timeMs: unixMsSchema,
  /** Send journal records after this sequence. */
  resumeAfterSeq: natural,
  /** True: your journal went back in time (a restored back-up): start a new epoch and drop the cursors. */
  newEpoch: z.boolean(),
  /**
   * Names what this site did before, under other epochs or later than its folder: it holds what is older until it has
   * recalled that (`rpc/recall.ts`). Absent: its journal has everything, or the hub is older.
   */
  recall: z.optional(keySchema),
  /**
   * To a site that last linked to another generation of this hub, which was restored from a back-up since: what the hub has of the site's other
   * epochs. The site sends what it still holds of them before all else; of one that is not named, everything. `seq` null: the hub takes
   * nothing more of that epoch. Absent: the same generation, or the hub is older. No proof covers it: an older agent knows nothing of it.
   */
  epochs: z.optional(z.array(z.object({ epoch: keySchema, seq: z.nullable(natural) }))),
  /**
   * How much of its journal the site may send without an acknowledgement: a hub closes the link of a site that sends more. Absent: the hub is older.
   * No proof covers it: who could change it on the way could also cut the link.
   */
  window: z.optional(z.object({ frames: z.int().check(z.gte(1)), bytes: z.int().check(z.gte(frameBytesMax)) })),
});

/** Passed on without a copy: a copy of each record, key by key, would cost a hub more than all its later work. */
const anyObject = z.custom<Record<string, unknown>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "an object is needed",
);

/** Records stay unparsed here; the intake checks each one, so that one bad record is named and the rest kept. */
export const journalFrame = z.object({
  type: z.literal("journal"),
  epoch: keySchema,
  /** True: the records between the last one sent and the first of these no longer exist at the site (damaged, too old). */
  lostBefore: z.optional(z.boolean()),
  records: z.array(anyObject).check(z.minLength(1), z.maxLength(1000)),
});

export const ackFrame = z.object({ type: z.literal("ack"), epoch: keySchema, seq: natural });

export const feedFrame = z.object({
  type: z.literal("feed"),
  scope: scopeSchema,
  /** True on the first page of a snapshot: forget what you hold of this scope. */
  reset: z.boolean(),
  rows: z.array(incomingRowSchema).check(z.maxLength(1000)),
  /** Since 2. Instead of `rows`, which is empty then: what `packRows` made of a long page. */
  packed: z.optional(z.string().check(z.maxLength(frameBytesMax))),
  /** The cursor once this page is applied. */
  version: natural,
  /** True: with this page the scope is up to date. */
  last: z.optional(z.boolean()),
});

export const appliedFrame = z.object({ type: z.literal("applied"), scope: scopeSchema, version: natural });

export const rpcFrame = z.object({
  type: z.literal("rpc"),
  /** Also the idempotency key: the same id is done once, and its answer repeated. */
  id: keySchema,
  method: keySchema,
  /** How long the caller waits, milliseconds. */
  deadlineMs: z.int().check(z.gte(1), z.lte(120_000)),
  params: z.unknown(),
});

export const replyFrame = z.object({
  type: z.literal("reply"),
  id: keySchema,
  /** Exactly one of `result` and `error`. */
  result: z.optional(z.unknown()),
  error: z.optional(z.object({ code: keySchema, message: textSchema })),
});

/** Since 2. The caller of `id` wants no answer any more: stop, if that is still possible. What was done stays done. */
export const cancelFrame = z.object({ type: z.literal("cancel"), id: keySchema });

/** How its router takes the agent, and what that calls itself. Absent: the agent does not know, or its release does not report it. */
const routerState = z.optional(
  z.object({ standing: z.enum(routerStandings), identity: z.string().check(z.maxLength(64)) }),
);

/** A sign of life, and how the agent's disk and router are. The agent begins, because it pays for the bytes. */
export const pingFrame = z.object({ type: z.literal("ping"), disk: diskState, router: routerState });
export const pongFrame = z.object({ type: z.literal("pong") });

const frameSchema = z.union([
  z.discriminatedUnion("role", [hubHello, agentHello]),
  z.discriminatedUnion("type", [
    welcomeFrame,
    journalFrame,
    ackFrame,
    feedFrame,
    appliedFrame,
    rpcFrame,
    replyFrame,
    cancelFrame,
    pingFrame,
    pongFrame,
  ]),
]);

export type HubHello = z.infer<typeof hubHello>;
export type AgentHello = z.infer<typeof agentHello>;
export type WelcomeFrame = z.infer<typeof welcomeFrame>;
export type JournalFrame = z.infer<typeof journalFrame>;
export type AckFrame = z.infer<typeof ackFrame>;
export type FeedFrame = z.infer<typeof feedFrame>;
export type AppliedFrame = z.infer<typeof appliedFrame>;
export type RpcFrame = z.infer<typeof rpcFrame>;
export type RouterWord = NonNullable<z.infer<typeof routerState>>;
export type CancelFrame = z.infer<typeof cancelFrame>;
export type ReplyFrame = z.infer<typeof replyFrame>;
export type Frame = z.infer<typeof frameSchema>;

export type DecodedFrame = { frame: Frame } | { refused: { field: string; message: string } };

/** Parses text from the peer. Never throws: an error names the field. */
export function decodeFrame(text: string): DecodedFrame {
  if (text.length > frameBytesMax) return refuse("", `frame is longer than ${frameBytesMax} bytes`);
  const value = readJson(text);
  if (value === undefined) return refuse("", "frame is not JSON");
  const schema = schemaFor(value);
  if (schema === undefined) return refuse("type", "unknown frame type");
  const parsed = schema.safeParse(value, inPlainWords);
  if (parsed.success) return { frame: parsed.data as Frame };
  const { field, message } = complaint(parsed.error);
  return refuse(field, message);
}

export function encodeFrame(frame: Frame): string {
  return JSON.stringify(frame);
}

/** The text that each side signs in protocols 1 and 2: both nonces, the site, and the signer's role, so that a signature can't be reflected. */
export function linkProof(role: "agent" | "hub", hubNonce: string, agentNonce: string, siteId: string): string {
  return `karibu-link-1\n${role}\n${hubNonce}\n${agentNonce}\n${siteId}`;
}

const schemas: Record<string, z.ZodMiniType> = {
  welcome: welcomeFrame,
  journal: journalFrame,
  ack: ackFrame,
  feed: feedFrame,
  applied: appliedFrame,
  rpc: rpcFrame,
  reply: replyFrame,
  cancel: cancelFrame,
  ping: pingFrame,
  pong: pongFrame,
};

/** Picks by `type` (and `role` for hello) so that a complaint names the field, not "no member of the union matched". */
function schemaFor(value: unknown): z.ZodMiniType | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { type, role } = value as { type?: unknown; role?: unknown };
  if (type === "hello") return role === "hub" ? hubHello : agentHello;
  return typeof type === "string" && Object.hasOwn(schemas, type) ? schemas[type] : undefined;
}

function refuse(field: string, message: string): DecodedFrame {
  return { refused: { field, message } };
}
