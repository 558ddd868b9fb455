/** How questions about a prompt are answered: the verdict, in other prose than the callback's, and what comes in between. */
import { answer, complain, type LabAnswer } from "./answers.ts";
import type { Prompt } from "./desk-types.ts";
import { scriptOf } from "./scripted-phones.ts";

const tooEarlyMs = 10_000;

/** One code, two texts: the same payment was seen to be told in both. */
const otherProse: Readonly<Record<string, string>> = {
  "1032": "Request Cancelled by user",
  "1037": "DS timeout user cannot be reached.",
  "2001": "The initiator information is invalid.",
};

/** @param times how often this prompt has been asked about before */
export function answerQuestion(prompt: Prompt, times: number, nowMs: number): LabAnswer {
  const { asked } = scriptOf(prompt.msisdn) ?? {};
  if (asked === "stutters" && times % 2 === 0) return complain(times % 4 === 0 ? 500 : 200, "500.001.1001", "");
  if (asked === "too-early" && nowMs - prompt.openedAtMs < tooEarlyMs)
    return complain(400, "400.002.02", "Bad Request - Invalid CheckoutRequestID");
  if (prompt.result === null && asked === "1037-while-open") return verdict(prompt, "1037", otherProse["1037"] ?? "");
  const { code, text } = prompt.result ?? { code: "4999", text: "The transaction is still under processing" };
  return verdict(prompt, code, otherProse[code] ?? text);
}

function verdict(prompt: Prompt, ResultCode: string, ResultDesc: string): LabAnswer {
  return answer({
    ResponseCode: "0",
    ResponseDescription: "The service request has been accepted successsfully",
    MerchantRequestID: prompt.merchantRequestId,
    CheckoutRequestID: prompt.checkoutRequestId,
    ResultCode,
    ResultDesc,
  });
}
