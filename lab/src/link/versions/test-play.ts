/** Plays the kept words of a released peer to an end of today, and keeps what that end says. */

import { inflateRawSync } from "node:zlib";
import type { LinkSocket } from "@karibu/protocol/link/link";
import { until } from "../link-ends.ts";
import type { Line, Transcript } from "./test-transcripts.ts";

export type Words = Line["frame"];

/** The played end of a wire. */
export interface PlayedEnd {
  /** All that today's end said. */
  readonly heard: readonly Words[];
  /** How today's end closed the link; empty while it is open. */
  readonly ends: readonly unknown[];
  say(frame: object): void;
}

export function playOn(socket: LinkSocket): PlayedEnd {
  const heard: Words[] = [];
  const ends: unknown[] = [];
  socket.onMessage((text) => heard.push(JSON.parse(text)));
  socket.onClose((code, reason) => ends.push({ code, reason }));
  return { heard, ends, say: (frame) => socket.send(JSON.stringify(frame)) };
}

/** Calls of today's end, by the id of the kept request that they repeat. */
interface Call {
  readonly answer: Promise<unknown>;
  readonly abort: AbortController;
}

export interface Scene {
  readonly transcript: Transcript;
  readonly end: PlayedEnd;
  /** Has today's end make a request. */
  call(method: string, params: unknown, signal: AbortSignal): Promise<unknown>;
  /** Has today's end do what leads to a kept frame other than a request; most come without being asked for. */
  prompt?(frame: Words): Promise<void>;
  /** The kept frame as it must be said on this link. */
  adapt?(frame: Words): Words;
}

/** Says each kept word of `side` once today's end has said as much as its predecessor had then. */
export async function play(side: Line["from"], { transcript, end, call, prompt, adapt }: Scene): Promise<void> {
  const { lines } = transcript;
  const { heard, ends } = end;
  const theirs = lines.filter((line) => line.from !== side);
  const requestIds = theirs.flatMap(({ frame }) => (frame.type === "rpc" ? [frame.id as string] : []));
  const calls = new Map<string, Call>();
  const requests = () => heard.filter((frame) => frame.type === "rpc");
  let expected = 0;
  const caughtUp = () =>
    until(`today's end has said ${expected} frames`, () => heard.length >= expected || ends.length > 0);
  for (const { from, frame } of lines) {
    await caughtUp();
    if (from === side) {
      const adapted = adapt?.(frame) ?? frame;
      const request = requests()[requestIds.indexOf(frame.id as string)];
      end.say(frame.type === "reply" ? { ...adapted, id: request?.id } : adapted);
      continue;
    }
    expected++;
    if (frame.type === "rpc") {
      const abort = new AbortController();
      const answer = call(frame.method as string, frame.params, abort.signal);
      answer.catch(() => {}); // awaited below
      calls.set(frame.id as string, { answer, abort });
    } else if (frame.type === "cancel") calls.get(frame.id as string)?.abort.abort();
    else await prompt?.(frame);
  }
  await caughtUp();
  for (const [id, { answer, abort }] of calls) {
    const reply = lines.find(({ frame }) => frame.type === "reply" && frame.id === id)?.frame;
    const outcome = await answer.catch((error) => ({ failed: error.code }));
    const isAsThen = abort.signal.aborted || JSON.stringify(outcome) === JSON.stringify(reply?.result);
    if (!isAsThen) throw new Error(`${id}: ${JSON.stringify(outcome)} instead of ${JSON.stringify(reply)}`);
  }
}

/** What differs from link to link. */
const ofOneLink = new Set(["nonce", "signature", "epoch", "generation", "timeMs", "id", "atMs", "upMs", "clock"]);

/**
 * The frames as their reader compares them: without what differs from link to link, packed pages unpacked as a release of
 * protocol 2 does it, in the order of each kind and scope (kinds may overtake each other).
 */
export function comparable(frames: readonly Words[]): Record<string, unknown>[] {
  const keyOf = ({ type, scope }: Words) => `${type} ${scope ?? ""}`;
  return [...frames]
    .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : keyOf(one) > keyOf(other) ? 1 : 0))
    .map((frame) => ({ ...frame, ...(frame.packed === undefined ? {} : { packed: "", rows: unpacked(frame.packed) }) }))
    .map((frame) => JSON.parse(JSON.stringify(frame, (key, value) => (ofOneLink.has(key) ? undefined : value))));
}

export const unpacked = (packed: unknown): unknown[] =>
  JSON.parse(inflateRawSync(Buffer.from(packed as string, "base64")).toString("utf8"));
