/**
 * The hub's time for a device whose clock is in 1970: TLS refuses every certificate then, and WireGuard its own old handshakes. The hub signs its time with
 * the key by which devices know it, so the way to it needs no trust. `GET /agent/time?nonce=…`. For agent and hub only, as `link-keys.ts`.
 */
import * as z from "zod/mini";
import { sha256Hex } from "../hash.ts";
import { unixMsSchema } from "../schema.ts";
import { type LinkKeys, signProof, verifyProof } from "./link-keys.ts";

/** 16 random bytes, hex: an old answer fits no new question. */
export const timeNonceSchema = z.string().check(z.regex(/^[0-9a-f]{32}$/));

export const hubTimeSchema = z.object({
  timeMs: unixMsSchema,
  hubPublicKey: z.string().check(z.regex(/^[A-Za-z0-9+/]{43}=$/)),
  /** Ed25519 over `timeProof`. */
  signature: z.string().check(z.regex(/^[A-Za-z0-9+/]{86}==$/)),
});

export type HubTime = z.infer<typeof hubTimeSchema>;

/** Begins as no other text that the hub signs: an answer is worth nothing elsewhere, and no other signature is worth a time. */
const timeProof = (nonce: string, timeMs: number): string => `karibu-time-1\n${nonce}\n${timeMs}`;

export function signTime(keys: LinkKeys, nonce: string, timeMs: HubTime["timeMs"]): HubTime {
  return { timeMs, hubPublicKey: keys.publicKey, signature: signProof(keys, timeProof(nonce, timeMs)) };
}

/** Did the owner of the key that it names sign this, for this nonce? */
export function isSignedTime({ timeMs, hubPublicKey, signature }: HubTime, nonce: string): boolean {
  return verifyProof(hubPublicKey, timeProof(nonce, timeMs), signature);
}

/** What an enrolment token carries of the hub's key: 128 bits of its SHA-256, hex. */
export const hubKeyMark = (hubPublicKey: string): string => sha256Hex(hubPublicKey).slice(0, 32);

const markedToken = /^[0-9a-f]{48}([0-9a-f]{32})$/;

/** The mark in a token; null: the token is of an older hub, and carries none. */
export const hubKeyMarkOf = (token: string): string | null => markedToken.exec(token)?.[1] ?? null;
