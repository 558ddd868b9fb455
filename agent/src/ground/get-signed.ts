/**
 * Gets JSON whose content proves itself. Does not check the server's certificate, because a machine in 1970 can check none: nothing secret may be sent,
 * and nothing in the answer counts without its signature. Follows no redirects; time and size are limited.
 */

// biome-ignore lint/plugin: each request takes the look-up
import { request as requestHttp } from "node:http";
// biome-ignore lint/plugin: each request takes the look-up
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { readJson } from "@karibu/protocol/foreign-json";
import { connectBy } from "./lookup.ts";

/** Resolves with the parsed answer, or null where it is no JSON or no success. Rejects when no answer arrives. */
export type GetSigned = (url: string) => Promise<unknown>;

const answerMsMax = 15_000;
const answerBytesMax = 4096;

export const createGetSigned =
  (lookup: LookupFunction): GetSigned =>
  (url) =>
    new Promise((resolve, reject) => {
      const begin = new URL(url).protocol === "https:" ? requestHttps : requestHttp;
      const request = begin(url, {
        headers: { accept: "application/json" },
        timeout: answerMsMax,
        signal: AbortSignal.timeout(answerMsMax),
        agent: false,
        rejectUnauthorized: false,
        ...connectBy(lookup),
      });
      request.on("timeout", () => request.destroy(new Error(`${url} does not answer`)));
      request.on("error", reject);
      request.on("response", (answer) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        answer.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > answerBytesMax) answer.destroy(new Error(`the answer of ${url} is too long`));
          else chunks.push(chunk);
        });
        answer.on("error", reject);
        answer.on("end", () =>
          resolve(answer.statusCode === 200 ? (readJson(Buffer.concat(chunks).toString("utf8")) ?? null) : null),
        );
      });
      request.end();
    });
