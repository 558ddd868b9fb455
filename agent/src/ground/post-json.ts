/** POSTs JSON to a server whose certificate is checked. */
import type { LookupFunction } from "node:net";
import { exchangeJson } from "./json-exchange.ts";

/** POSTs JSON. Resolves with the server's answer of any status; rejects when no answer arrives. */
export type PostJson = (url: string, body: unknown) => Promise<{ status: number; body: unknown }>;

const answerMsMax = 20_000;
const answerBytesMax = 64 * 1024;

export const createPostJson =
  (lookup: LookupFunction): PostJson =>
  (url, body) =>
    exchangeJson(lookup, {
      url,
      body,
      silentMsMax: answerMsMax,
      exchangeMsMax: 2 * answerMsMax,
      answerBytesMax,
      tooLong: `the answer of ${url} is longer than ${answerBytesMax} bytes`,
      checksCertificate: true,
    });
