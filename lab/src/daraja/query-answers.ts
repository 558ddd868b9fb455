/** How STK queries about a prompt are answered: the result, in other words than the callback, and errors before it. */
import { answer, errorAnswer, type HttpAnswer } from "./daraja-answers.ts";
import type { Prompt } from "./daraja-types.ts";
import { scriptOf } from "./scripted-phones.ts";

const tooEarlyMs = 10_000;

/** Daraja describes one code in two ways: these are the texts of the query. */
const queryTexts: Readonly<Record<string, string>> = {
  "1032": "Request Cancelled by user",
  "1037": "DS timeout user cannot be reached.",
  "2001": "The initiator information is invalid.",
};

/** @param times how many queries about this prompt came before */
export function answerQuery(prompt: Prompt, times: number, nowMs: number): HttpAnswer {
  const { queries } = scriptOf(prompt.msisdn) ?? {};
  if (queries === "stutters" && times % 2 === 0) return errorAnswer(times % 4 === 0 ? 500 : 200, "500.001.1001", "");
  if (queries === "too-early" && nowMs - prompt.openedAtMs < tooEarlyMs)
    return errorAnswer(400, "400.002.02", "Bad Request - Invalid CheckoutRequestID");
  if (prompt.result === null && queries === "1037-while-open")
    return resultAnswer(prompt, "1037", queryTexts["1037"] ?? "");
  const { code, text } = prompt.result ?? { code: "4999", text: "The transaction is still under processing" };
  return resultAnswer(prompt, code, queryTexts[code] ?? text);
}

function resultAnswer(prompt: Prompt, ResultCode: string, ResultDesc: string): HttpAnswer {
  return answer({
    ResponseCode: "0",
    ResponseDescription: "The service request has been accepted successsfully",
    MerchantRequestID: prompt.merchantRequestId,
    CheckoutRequestID: prompt.checkoutRequestId,
    ResultCode,
    ResultDesc,
  });
}
