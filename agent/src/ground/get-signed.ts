/**
 * Gets JSON whose content proves itself. Does not check the server's certificate, because a machine in 1970 can check none: nothing secret may be sent,
 * and nothing in the answer counts without its signature.
 */
import type { LookupFunction } from "node:net";
import { exchangeJson } from "./json-exchange.ts";

/** Resolves with the parsed answer, or null where it is no JSON or no success. Rejects when no answer arrives. */
export type GetSigned = (url: string) => Promise<unknown>;

const answerMsMax = 15_000;
const answerBytesMax = 4096;

export const createGetSigned =
  (lookup: LookupFunction): GetSigned =>
  async (url) => {
    const { status, body } = await exchangeJson(lookup, {
      url,
      silentMsMax: answerMsMax,
      exchangeMsMax: answerMsMax,
      answerBytesMax,
      tooLong: `the answer of ${url} is too long`,
      checksCertificate: false,
    });
    return status === 200 ? body : null;
  };
