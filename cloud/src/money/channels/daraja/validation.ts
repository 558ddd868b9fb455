/** M-Pesa asks before it takes money for a paybill. The codes of our answer are Daraja's (C2B validation). */
import type { CallbackAnswer, DecideValidation } from "../channel-messages.ts";
import { readC2b } from "./inflow-messages.ts";

const accepted: CallbackAnswer = { status: 200, body: { ResultCode: "0", ResultDesc: "Accepted" } };
const rejected = (ResultCode: string): CallbackAnswer => ({
  status: 200,
  body: { ResultCode, ResultDesc: "Rejected" },
});

const codes = { "other-shortcode": "C2B00015", "unknown-account": "C2B00012", amount: "C2B00013" } as const;

/** A message that can't be read is accepted, for a rejected customer is lost. An amount that can't be booked is not. */
export async function answerValidation(body: string, decide: DecideValidation): Promise<CallbackAnswer> {
  const read = readC2b(body);
  if ("refused" in read) return /TransAmount/.test(read.refused) ? rejected(codes.amount) : accepted;
  const { shortcode, accountText } = read.message;
  const verdict = await decide({ shortcode, accountText });
  return verdict === "accept" ? accepted : rejected(codes[verdict]);
}
