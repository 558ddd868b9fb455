/** The answer to a call of ours to a payment channel, as it is stored. */
import { z } from "zod";

const storedAnswerSchema = z.object({
  /** The HTTP status; 0: no answer came (the connection broke or was too slow). */
  status: z.number(),
  body: z.string(),
  /** Set when the call was never made, because there was no token. `keys`: an operator must act. */
  notSent: z.enum(["keys", "away"]).optional(),
  /** Of a status query: the request that it was about, and its number, so that two equal answers stay two facts. */
  requestId: z.string().optional(),
  question: z.number().optional(),
});
export type StoredAnswer = z.infer<typeof storedAnswerSchema>;

/** Reads our own stored text. */
export const readStoredAnswer = (text: string): StoredAnswer => storedAnswerSchema.parse(JSON.parse(text));
