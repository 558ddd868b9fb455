/** How Daraja takes asynchronous calls, and what its synchronous answer to one means. */
import type { AsyncAnswer, AsyncCalls } from "../channel-contract.ts";
import type { ChannelKeys } from "../key-fields.ts";
import type { DarajaClient } from "./client.ts";
import { classifyError } from "./codes.ts";
import { readAnswer } from "./messages.ts";
import { isUsableCertificate, securityCredential } from "./security-credential.ts";

export function darajaAsyncCalls(client: () => DarajaClient, keys: () => ChannelKeys): AsyncCalls {
  return {
    missing() {
      const { initiatorName, initiatorPassword, certificate } = keys();
      if (!initiatorName || !initiatorPassword) return "the initiator's name and password are not set";
      if (!certificate) return "the channel's certificate is not set";
      return isUsableCertificate(certificate) ? null : "the channel's certificate can't be read";
    },
    async send(call) {
      const { initiatorName = "", initiatorPassword = "", certificate = "" } = keys();
      try {
        const credential = securityCredential(initiatorPassword, certificate);
        const { status, body } = await client().callAsync({ ...call, initiatorName, securityCredential: credential });
        return readAsyncAnswer(status, body);
      } catch (error) {
        // Thrown before anything was sent: there is no credential, or no token.
        return { kind: "refused", why: (error as Error).message, answer: null };
      }
    },
  };
}

function readAsyncAnswer(status: number, answer: string): AsyncAnswer {
  if (status === 0) return { kind: "lost", answer };
  const read = readAnswer(status, answer);
  if (read.kind === "answer") {
    const isAccepted = String(read.fields.ResponseCode ?? "0") === "0";
    return isAccepted ? { kind: "sent", answer } : { kind: "refused", why: "not accepted", answer };
  }
  // As of a prompt: what may have been done is not called refused.
  if (classifyError("prompt", status, read.code, read.text).kind !== "unknown") {
    return { kind: "refused", why: `${read.code} ${read.text}`.trim() || `HTTP ${status}`, answer };
  }
  const isRepeated = read.code === "500.002.1001" && /duplicate/i.test(read.text);
  return { kind: isRepeated ? "repeated" : "sent", answer };
}
