/** Reads a stored message of Daraja's as evidence. Pure. */
import { cutText } from "@karibu/protocol/whole-text";
import type { ChannelTrouble, Evidence, FailureReason, Read, ReadEvidence } from "../../evidence/evidence.ts";
import { readStoredAnswer, type StoredAnswer } from "../../evidence/stored-answer.ts";
import { classifyError, classifyResult, type ResultVerdict } from "./codes.ts";
import { readAnswer, readPromptAccepted, readQueryResult, readStkCallback } from "./messages.ts";

/** A query's "unreachable" is no verdict while the customer may still answer the prompt. */
const queryFailureNotBeforeMs = 60_000;
/** Until then a query about an open prompt gets no verdict, and that is no news. */
const promptOpenMs = 75_000;

export function readCallbackEvidence(body: string): Read<ReadEvidence> {
  const read = readStkCallback(body);
  if ("refused" in read) return read;
  const { requestId, code, text, receipt, amountCents, paidAtMs } = read.message;
  const verdict = classifyResult(code);
  const head = { source: "stk-callback", trust: "pushed", requestId } as const;
  if (verdict.kind === "success") {
    // Without an amount a receipt can't be booked: ask instead.
    const whole = receipt !== null && amountCents !== null;
    const evidence: Evidence = { kind: "success", ...head, receipt: whole ? receipt : null, amountCents, paidAtMs };
    return { message: { evidence, unknownCode: null } };
  }
  const evidence = verdictEvidence(verdict, head, code, text);
  return { message: { evidence, unknownCode: unknownCodeOf(verdict, code), trouble: troubleOf(verdict, code, text) } };
}

export function readPromptEvidence(answer: string): ReadEvidence {
  const { status, body, notSent } = readStoredAnswer(answer);
  const source = "push-answer";
  const refused = (reason: FailureReason): ReadEvidence => ({
    evidence: { kind: "failure", source, trust: "fetched", requestId: null, reason },
    unknownCode: null,
  });
  if (notSent !== undefined) return refused(notSent === "keys" ? "merchant-problem" : "not-sent");
  if (status === 0)
    return { evidence: { kind: "unknown", source, why: "the push's answer was lost" }, unknownCode: null };
  const read = readAnswer(status, body);
  if (read.kind === "answer") {
    const requestId = readPromptAccepted(read.fields);
    if (requestId !== null) return { evidence: { kind: "accepted", source, requestId }, unknownCode: null };
    return {
      evidence: { kind: "unknown", source, why: "the push's answer is no acceptance" },
      unknownCode: cutText(body, 200),
    };
  }
  const verdict = classifyError("prompt", status, read.code, read.text);
  if (verdict.kind === "failure") return refused(verdict.reason);
  // A token refused twice: nothing can have reached a phone.
  if (verdict.kind === "merchant-problem" || verdict.kind === "token") {
    const { trouble } = { trouble: undefined, ...verdict };
    const said = `${read.code} ${read.text}`.trim();
    return { ...refused("merchant-problem"), trouble: trouble === undefined ? null : { reason: trouble, said } };
  }
  return {
    evidence: { kind: "unknown", source, why: `HTTP ${status} ${read.code} ${read.text}`.trim() },
    unknownCode: null,
  };
}

/** @param sincePromptMs how old the prompt was when the answer came */
export function readQueryEvidence(answer: string, sincePromptMs: number): ReadEvidence {
  const { status, body, requestId = null } = readStoredAnswer(answer);
  const source = "stk-query";
  const early = sincePromptMs < promptOpenMs;
  const read = status === 0 ? null : readAnswer(status, body);
  const result = read?.kind === "answer" ? readQueryResult(read.fields) : null;
  if (result === null) {
    const why = read === null ? "no answer" : read.kind === "error" ? `HTTP ${status} ${read.code}` : "no result in it";
    return { evidence: { kind: "unknown", source, why: why.trim(), early }, unknownCode: null };
  }
  const verdict = classifyResult(result.code, result.text);
  const head = { source, trust: "fetched", requestId } as const;
  if (verdict.kind === "success") {
    return { evidence: { kind: "success", ...head, receipt: null, amountCents: null }, unknownCode: null };
  }
  if (verdict.kind === "failure" && verdict.reason === "unreachable" && sincePromptMs < queryFailureNotBeforeMs) {
    return {
      evidence: { kind: "unknown", source, why: `${result.code}, too early to believe`, early },
      unknownCode: null,
    };
  }
  const evidence = verdictEvidence(verdict, head, result.code, result.text);
  return {
    evidence: evidence.kind === "unknown" ? { ...evidence, early } : evidence,
    unknownCode: unknownCodeOf(verdict, result.code),
    trouble: troubleOf(verdict, result.code, result.text),
  };
}

function troubleOf(verdict: ResultVerdict, code: string, text: string): ChannelTrouble | null {
  return verdict.kind === "merchant-problem" ? { reason: verdict.trouble, said: `${code} ${text}`.trim() } : null;
}

function verdictEvidence(
  verdict: Exclude<ResultVerdict, { kind: "success" }>,
  head: {
    readonly source: "stk-callback" | "stk-query";
    readonly trust: "pushed" | "fetched";
    readonly requestId: string | null;
  },
  code: string,
  text: string,
): Evidence {
  if (verdict.kind === "unknown") return { kind: "unknown", source: head.source, why: `${code} ${text}`.trim() };
  const reason = verdict.kind === "failure" ? verdict.reason : "merchant-problem";
  return { kind: "failure", ...head, reason };
}

function unknownCodeOf(verdict: ResultVerdict, code: string): string | null {
  return verdict.kind === "unknown" && !verdict.listed ? `result code ${code}` : null;
}

/** How long Daraja wants no more queries, as the answer to a query says; null: it does not say. */
export function queryRetryAfterMs({ status, body }: StoredAnswer): number | null {
  if (status === 0) return null;
  const read = readAnswer(status, body);
  const verdict = read.kind === "error" ? classifyError("query", status, read.code, read.text) : null;
  return verdict?.kind === "retryable" ? verdict.afterSeconds * 1000 : null;
}
