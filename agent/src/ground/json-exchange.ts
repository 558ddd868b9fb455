/** One request and its answer of JSON, by Node's HTTP client. Follows no redirects; time and size are limited. */

// biome-ignore lint/plugin: each request takes the look-up
import { request as requestHttp } from "node:http";
// biome-ignore lint/plugin: each request takes the look-up
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { readJson } from "@karibu/protocol/foreign-json";
import { connectBy } from "./lookup.ts";

export interface JsonRequest {
  readonly url: string;
  /** POSTed as JSON. Absent: a GET. */
  readonly body?: unknown;
  /** Limits silence. */
  readonly silentMsMax: number;
  /** Limits the whole exchange, however slowly bytes arrive. */
  readonly exchangeMsMax: number;
  readonly answerBytesMax: number;
  /** Of the Error for a longer answer. */
  readonly tooLong: string;
  /** False: anybody may answer. Nothing in the answer counts without its own signature then. */
  readonly checksCertificate: boolean;
}

/** Resolves with the answer of any status; `body` is null where it is no JSON. Rejects when no answer arrives. */
export function exchangeJson(lookup: LookupFunction, asked: JsonRequest): Promise<{ status: number; body: unknown }> {
  const { url, silentMsMax, exchangeMsMax, answerBytesMax, tooLong, checksCertificate } = asked;
  const content = asked.body === undefined ? null : Buffer.from(JSON.stringify(asked.body));
  const posted =
    content === null ? {} : { "content-type": "application/json", "content-length": String(content.length) };
  return new Promise((resolve, reject) => {
    const begin = new URL(url).protocol === "https:" ? requestHttps : requestHttp;
    const request = begin(url, {
      method: content === null ? "GET" : "POST",
      headers: { accept: "application/json", ...posted },
      timeout: silentMsMax,
      signal: AbortSignal.timeout(exchangeMsMax),
      agent: false,
      ...(checksCertificate ? {} : { rejectUnauthorized: false }),
      ...connectBy(lookup),
    });
    request.on("timeout", () => request.destroy(new Error(`${url} does not answer`)));
    request.on("error", reject);
    request.on("response", (answer) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      answer.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > answerBytesMax) answer.destroy(new Error(tooLong));
        else chunks.push(chunk);
      });
      answer.on("error", reject);
      answer.on("end", () =>
        resolve({
          status: answer.statusCode ?? 0,
          body: readJson(Buffer.concat(chunks).toString("utf8")) ?? null,
        }),
      );
    });
    request.end(content ?? undefined);
  });
}
