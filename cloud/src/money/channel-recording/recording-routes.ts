/** The API of the recorder: what a channel's own bodies say about what its documents leave open. */
import { z } from "zod";
import { route } from "../../ground/http/route.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { readChannel } from "../channels/channel-rows.ts";
import type { Channels } from "../channels/channels.ts";
import type { RecordedFact } from "../channels/recorded-facts.ts";
import { bodyIfReadable, factsOfChannel } from "../evidence/evidence-rows.ts";
import { provedAnswers } from "../proofs/proved-answers.ts";
import { compareBodies } from "./compare-bodies.ts";

/** So many of the oldest facts whose text is kept: the first week of a busy short code. */
const factsMax = 5000;

const seen = z.object({ answer: z.string(), times: z.int(), firstAtMs: z.int(), lastAtMs: z.int() });
export const recordingView = z.object({
  /** How many stored facts were read; at most 5,000, the oldest whose text is kept. */
  facts: z.int(),
  isAll: z.boolean(),
  fromMs: z.int().nullable(),
  untilMs: z.int().nullable(),
  findings: z.array(
    z.object({
      question: z.string(),
      documented: z.string().nullable(),
      differs: z.boolean(),
      seen: z.array(seen).readonly(),
    }),
  ),
  /** The kinds of answer that have been right about this channel's money: only they may speak against a payment. */
  proved: z.array(z.object({ source: z.string(), receipt: z.string(), atMs: z.int() })),
});

export function recordingRoutes({ channels, envelope }: { readonly channels: Channels; readonly envelope: Envelope }) {
  return [
    route({
      method: "GET",
      path: "/api/v1/channels/{id}/recording",
      summary:
        "What this channel really sends, against what its documents say: forms, fields, codes and times; no payers",
      permission: "channels.read",
      params: z.object({ id: z.string().min(1).max(128) }),
      response: recordingView,
      handle: async ({ params, providerId, transact }) => {
        const { channel, rows, proved } = await transact(async (tx) => {
          const channel = await readChannel(tx, providerId, params.id);
          return {
            channel,
            rows: await factsOfChannel(tx, channel, factsMax + 1),
            proved: await provedAnswers(tx, channel),
          };
        });
        const facts = rows.slice(0, factsMax).flatMap((row): RecordedFact[] => {
          const body = bodyIfReadable(envelope, row);
          if (body === "") return [];
          const { source, receivedAtMs, remoteAddress, againAtMs } = row;
          return [{ source, body, receivedAtMs, remoteAddress, purchaseId: row.purchaseId, againAtMs }];
        });
        return {
          facts: facts.length,
          isAll: rows.length <= factsMax,
          fromMs: facts[0]?.receivedAtMs ?? null,
          untilMs: facts.at(-1)?.receivedAtMs ?? null,
          findings: compareBodies(channels.kinds.definitionOf(channel.kind).recorded ?? null, facts),
          proved,
        };
      },
    }),
  ];
}
