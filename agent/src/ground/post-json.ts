/** POSTs JSON with Node's HTTP client. Follows no redirects; time and size are limited. */

// biome-ignore lint/plugin: each request takes the look-up
import { request as requestHttp } from "node:http";
// biome-ignore lint/plugin: each request takes the look-up
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { readJson } from "@karibu/protocol/foreign-json";
import { connectBy } from "./lookup.ts";

/** POSTs JSON. Resolves with the server's answer of any status; rejects when no answer arrives. */
export type PostJson = (url: string, body: unknown) => Promise<{ status: number; body: unknown }>;

const answerMsMax = 20_000;
const answerBytesMax = 64 * 1024;

export const createPostJson =
  (lookup: LookupFunction): PostJson =>
  (url, body) =>
    new Promise((resolve, reject) => {
      const content = Buffer.from(JSON.stringify(body));
      const begin = new URL(url).protocol === "https:" ? requestHttps : requestHttp;
      const request = begin(url, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json", "content-length": content.length },
        // `timeout` limits silence; `signal` limits the whole exchange, however slowly bytes arrive.
        timeout: answerMsMax,
        signal: AbortSignal.timeout(2 * answerMsMax),
        agent: false,
        ...connectBy(lookup),
      });
      request.on("timeout", () => request.destroy(new Error(`${url} does not answer`)));
      request.on("error", reject);
      request.on("response", (answer) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        answer.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > answerBytesMax)
            answer.destroy(new Error(`the answer of ${url} is longer than ${answerBytesMax} bytes`));
          else chunks.push(chunk);
        });
        answer.on("error", reject);
        answer.on("end", () =>
          resolve({ status: answer.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString("utf8")) }),
        );
      });
      request.end(content);
    });

/** Null when the text is no JSON. */
function parsed(text: string): unknown {
  return readJson(text) ?? null;
}
