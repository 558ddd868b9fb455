/**
 * One HTTP request to a payment channel, as its client sees it: no redirects, a limit on what is read, one deadline for the
 * whole exchange. The simulation hands in its own; the real one is `undiciCall`.
 */
import { request } from "undici";
import { publicDispatcher, publicUrlSchema } from "./public-url.ts";

export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
  /** Somebody typed this address: only https, and never a machine inside. */
  readonly isTyped?: true;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** Rejects when there is no whole answer: refused, cut, too slow, too long. The request may have been carried out. */
export type HttpCall = (call: HttpRequest) => Promise<HttpAnswer>;

const answerBytesMax = 256 * 1024;
const outward = publicDispatcher();

export const undiciCall: HttpCall = async ({ method, url, headers, body, timeoutMs, isTyped }) => {
  if (isTyped) publicUrlSchema.parse(url); // an address of digits is never looked up: judged here, not when it is dialled
  const answer = await request(url, {
    method,
    headers,
    ...(isTyped ? { dispatcher: outward } : {}),
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer.body) {
    bytes += (chunk as Buffer).length;
    if (bytes > answerBytesMax) throw new Error(`the answer is longer than ${answerBytesMax} bytes`);
    chunks.push(chunk as Buffer);
  }
  return { status: answer.statusCode, body: Buffer.concat(chunks).toString("utf8") };
};
