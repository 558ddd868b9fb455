/**
 * GET /api/purchases/{id}/events: server-sent events while a payment waits. A stream says only that there is news; the phone then asks by the
 * usual routes, so that nothing has a second way out. It ends with `over` at the fact (failed, online, or the customer's turn), or after
 * 120 s, when the browser dials again.
 *
 * Who attacks this: who holds streams open to take the places of others, or follows somebody else's payment. A stream is for a purchase that
 * this device began and that the hub confirmed; a device has one (a newer one ends the older), an address few, the agent 128. Who finds
 * none free gets 503 and polls. A stream whose reader does not read is cut by the listener.
 */
import type { World } from "@karibu/protocol/world";
import type { HttpResponse } from "../../ground/http.ts";
import { createRateLimit } from "../../ground/rate-limit.ts";
import type { LabelledCounter } from "../http/metrics.ts";
import { problemResponse } from "../http/problems.ts";
import { textResponse } from "../http/responses.ts";
import type { Visit } from "../visit/visit.ts";
import type { CustomerParts } from "./customer-parts.ts";

export interface WatchedPurchase {
  readonly purchaseId: string;
  /** Asks the hub at most once a second. A paid purchase logs its device in. */
  look(): Promise<PurchaseLook>;
}

export interface PurchaseLook {
  /** Differs whenever the phone would see something else. */
  readonly mark: string;
  readonly isPaid: boolean;
  /** Nothing more comes by itself. */
  readonly isOver: boolean;
}

export const streamsMax = 128;
/** Behind one address there may be two phones of one person, or a proxy. */
const streamsPerAddressMax = 4;
const streamMsMax = 120_000;
const lookAgainMs = 1000;
/** Paid, and the router lets the phone in at any moment. No question goes to the hub then. */
const lookAgainPaidMs = 250;
/** A dead phone is noticed, and nothing between takes the stream for dead. */
const heartbeatMs = 15_000;
const openings = { burst: 6, everyMs: 10_000, keysMax: 4096 };

interface Stream {
  readonly device: string;
  readonly addresses: readonly string[];
  readonly purchaseId: string;
  /** The feed brought something: look now. */
  hear(): void;
  end(): void;
}

/** @returns what answers a request for a stream; `watch` is called again by each */
export function createPurchaseEvents(
  { clock, log }: Pick<World, "clock" | "log">,
  { feed }: Pick<CustomerParts, "feed">,
  outcomes: LabelledCounter,
): (visit: Visit, watched: WatchedPurchase | null) => Promise<HttpResponse> {
  const streams = new Set<Stream>();
  const limit = createRateLimit(openings);
  feed.onChange?.((rows) => {
    if (streams.size === 0) return;
    const paid = new Set(rows.map((row) => (row.kind === "grant" ? row.body?.purchaseId : undefined)));
    for (const stream of streams) if (paid.has(stream.purchaseId)) stream.hear();
  });

  return async (visit, watched) => {
    if (watched === null) return problemResponse("not-found", { detail: "this device began no such purchase" });
    const addresses = visit.limitKeys.filter(({ isShared }) => !isShared).map(({ key }) => key);
    const nowMs = clock.monotonicMs();
    const waits = [visit.device.token, ...addresses].map((key) => limit.take(key, nowMs));
    if (Math.max(...waits) > 0) return full("too-often");
    const first = await watched.look();
    // For a browser, 204 is the end: it does not dial again. @see HTML, server-sent events, §9.2.3
    if (first.isOver) return { status: 204, headers: { "cache-control": "no-store" }, body: "" };
    for (const stream of streams) if (stream.device === visit.device.token) stream.end();
    const isCrowded = (address: string) =>
      [...streams].filter((stream) => stream.addresses.includes(address)).length >= streamsPerAddressMax;
    if (streams.size >= streamsMax || addresses.some(isCrowded)) return full("full");
    outcomes.add({ action: "events", outcome: "opened" });
    const answer = textResponse("text/event-stream", "retry: 1000\n\n");
    return { ...answer, goesOn: (send, end) => run({ visit, watched, addresses, first, send, end }) };
  };

  function full(outcome: string): HttpResponse {
    outcomes.add({ action: "events", outcome });
    return problemResponse("slow-down", { status: 503, retryAfterSeconds: 3 });
  }

  /** @returns stops it, for a reader who has gone */
  function run(opened: {
    readonly visit: Visit;
    readonly watched: WatchedPurchase;
    readonly addresses: readonly string[];
    readonly first: PurchaseLook;
    readonly send: (text: string) => void;
    readonly end: () => void;
  }): () => void {
    const { visit, watched, addresses, send } = opened;
    const startedAtMs = clock.monotonicMs();
    let { mark, isPaid } = opened.first;
    let sentAtMs = startedAtMs;
    let isLooking = false;
    let hasHeard = false;
    let timer = clock.after(lookAgainMs, () => void look());
    const stream: Stream = {
      device: visit.device.token,
      addresses,
      purchaseId: watched.purchaseId,
      hear() {
        hasHeard = isLooking;
        if (!isLooking) void look();
      },
      end() {
        stop();
        opened.end();
      },
    };
    streams.add(stream);
    return stop;

    function stop(): void {
      streams.delete(stream);
      timer.cancel();
    }

    function say(text: string): void {
      sentAtMs = clock.monotonicMs();
      send(text);
    }

    async function look(): Promise<void> {
      timer.cancel();
      isLooking = true;
      hasHeard = false;
      const seen = await watched.look().catch((error: unknown) => {
        log.warn("purchase-not-looked-at", { error: String(error) });
        return null;
      });
      isLooking = false;
      if (!streams.has(stream)) return;
      if (seen !== null && seen.mark !== mark) {
        ({ mark, isPaid } = seen);
        say("event: news\ndata:\n\n");
      }
      if (seen?.isOver) {
        say("event: over\ndata:\n\n");
        return stream.end();
      }
      const nowMs = clock.monotonicMs();
      if (nowMs - startedAtMs >= streamMsMax) return stream.end();
      if (nowMs - sentAtMs >= heartbeatMs) say(":\n\n");
      if (hasHeard) return await look();
      timer = clock.after(isPaid ? lookAgainPaidMs : lookAgainMs, () => void look());
    }
  }
}
