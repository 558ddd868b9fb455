/**
 * One HTTP request to a payment channel: no redirects, a limit on the size of the answer, one deadline for the
 * whole exchange. The simulation hands in its implementation; the real one is `undiciCall`.
 */
import { request } from "undici";
import { publicDispatcher, publicUrlSchema } from "./public-url.ts";

export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** In place of `body`. */
  readonly bytes?: Uint8Array;
  readonly timeoutMs: number;
  /** An operator entered this address: only https is allowed, and never an internal address. */
  readonly isTyped?: true;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** Rejects when there is no complete answer: refused, cut off, too slow, too long. The service may still have done the work. */
export type HttpCall = (call: HttpRequest) => Promise<HttpAnswer>;

/** The connection did not come about, or its other end is not who it says. */
const unreached = new Set([
  ...["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"],
  ...["CERT_HAS_EXPIRED", "ERR_TLS_CERT_ALTNAME_INVALID", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
  ...["DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN"],
]);

/** Of a call that was rejected: nothing of it came to the service. False: it may have done the work. */
export function neverReached(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { readonly code?: unknown; readonly cause?: unknown };
  if (typeof code === "string" && unreached.has(code)) return true;
  return cause !== undefined && neverReached(cause);
}

const answerBytesMax = 256 * 1024;
const outward = publicDispatcher();

export const undiciCall: HttpCall = async ({ method, url, headers, body: text, bytes, timeoutMs, isTyped }) => {
  if (isTyped) publicUrlSchema.parse(url); // an IP address is never resolved, so it is checked here and not at the time of the connection
  const body = bytes ?? text;
  const answer = await request(url, {
    method,
    headers,
    ...(isTyped ? { dispatcher: outward } : {}),
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const chunks: Buffer[] = [];
  let readBytes = 0;
  for await (const chunk of answer.body) {
    readBytes += (chunk as Buffer).length;
    if (readBytes > answerBytesMax) throw new Error(`the answer is longer than ${answerBytesMax} bytes`);
    chunks.push(chunk as Buffer);
  }
  return { status: answer.statusCode, body: Buffer.concat(chunks).toString("utf8") };
};
