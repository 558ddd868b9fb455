/**
 * Gets a back-up from a site: has it made, and fetches its files piece by piece. A link that is cut loses nothing: the piece is asked for
 * again. Whatever lies between may lie: lengths, digests and the router's mark are judged here, and nothing is kept that fails.
 */

import { Fault } from "@karibu/protocol/fault";
import {
  type BackUpPart,
  backUpFileBytesMax,
  backUpPieceBytes,
  backUpRouter,
  readRouterBackUp,
} from "@karibu/protocol/rpc/router/router-back-ups";
import { cutText } from "@karibu/protocol/whole-text";
import { sleep, type World } from "@karibu/protocol/world";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import { refusedFile, type ToldFile } from "./back-up-policy.ts";

export type Fetched =
  | {
      readonly kind: "done";
      readonly files: ReadonlyMap<BackUpPart, Buffer>;
      readonly told: readonly ToldFile[];
      readonly router: { readonly board: string; readonly version: string; readonly serial: string };
    }
  /** `why`: words from outside, or ours. */
  | { readonly kind: "failed"; readonly why: string }
  /** The site is away, or busy: later again. */
  | { readonly kind: "later" };

export interface FetchOrder {
  readonly siteId: string;
  readonly nonce: string;
  readonly actor: string;
  readonly expiresAtMs: number;
  /** Of the router's binary file; null: the hub knows none, and takes the export alone. */
  readonly password: string | null;
}

const callMsMax = 30_000;
const lookEveryMs = 3000;
/** The router's scripts, and reading 4 MiB at a hundred requests a minute. */
const makingMsMax = 12 * 60_000;
/** How long a cut link is waited for in the midst. */
const awayMsMax = 5 * 60_000;

export async function fetchBackUp(
  world: World,
  callSite: CallSite,
  order: FetchOrder,
  progress: (receivedBytes: number) => Promise<void>,
  signal: AbortSignal,
): Promise<Fetched> {
  const { siteId, nonce, password } = order;
  const { clock } = world;
  const params = {
    nonce,
    actor: cutText(order.actor, 200),
    expiresAtMs: order.expiresAtMs as never,
    parts: (password === null ? ["export"] : ["binary", "export"]) as BackUpPart[],
  };
  const endsAtMs = clock.monotonicMs() + makingMsMax;

  /** Null: the site has been away for too long. */
  async function patiently<Answer>(ask: () => Promise<Answer>): Promise<Answer | null> {
    const untilMs = clock.monotonicMs() + awayMsMax;
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        const isAway = error instanceof Fault && (error.code === "site/away" || error.code === "site/deadline");
        if (!isAway || signal.aborted) throw error;
        if (clock.monotonicMs() >= untilMs) return null;
        await sleep(clock, lookEveryMs);
      }
    }
  }

  let made = await callSite(siteId, backUpRouter, params, callMsMax, signal);
  while (made.kind === "running" && clock.monotonicMs() < endsAtMs && !signal.aborted) {
    await sleep(clock, lookEveryMs);
    const now = await patiently(() => callSite(siteId, backUpRouter, params, callMsMax, signal));
    if (now === null) return { kind: "later" };
    made = now;
  }
  if (made.kind === "running") return { kind: "later" };
  if (made.kind !== "done") return { kind: "failed", why: made.why ?? "The time of this order was over." };
  const { files: told = [], router } = made;
  if (router === undefined || told.map(({ part }) => part).join() !== params.parts.join())
    return { kind: "failed", why: "The site did not send what was asked for." };

  const files = new Map<BackUpPart, Buffer>();
  let received = 0;
  for (const file of told) {
    if (file.bytes > backUpFileBytesMax) return { kind: "failed", why: "The file is too large." };
    const bytes = Buffer.alloc(file.bytes);
    for (let at = 0; at < file.bytes; ) {
      const wanted = { nonce, part: file.part, offsetBytes: at as never };
      const answer = await patiently(() => callSite(siteId, readRouterBackUp, wanted, callMsMax, signal));
      if (answer === null || answer.kind === "gone") return { kind: "later" };
      const piece = Buffer.from(answer.piece, "base64");
      if (piece.length !== Math.min(backUpPieceBytes, file.bytes - at))
        return { kind: "failed", why: "A piece was shorter or longer than it must be." };
      at += piece.copy(bytes, at);
      received += piece.length;
      await progress(received);
    }
    const refused = refusedFile(file, bytes, password);
    if (refused !== null) return { kind: "failed", why: refused };
    files.set(file.part, bytes);
  }
  return { kind: "done", files, told, router };
}

/** What a call that failed says of the back-up. */
export function judgeFault(error: unknown): Exclude<Fetched, { kind: "done" }> {
  if (!(error instanceof Fault)) throw error;
  const { code, advice, message } = error;
  if (code === "site/refused" && advice.hint === "link/unknown-method")
    return { kind: "failed", why: "This site's agent is too old to make back-ups." };
  if (code !== "site/refused" || /^(router-api|link)\//.test(advice.hint ?? "")) return { kind: "later" };
  return { kind: "failed", why: message.replace(/^[a-z-]+: /, "") };
}
