/**
 * What a channel hears when its callback is in the spool and there is no database. Each answer says no more than that we have it. A question
 * that only the books can answer gets no answer.
 */
import type { CallbackAnswer } from "../channels/channel-messages.ts";
import { readPesapalNotice } from "../channels/pesapal/messages.ts";
import type { RawCallback } from "./raw-callback.ts";

/** What Daraja expects to hear, whatever came: it must not be told what we know. */
export const accepted: CallbackAnswer = { status: 200, body: { ResultCode: 0, ResultDesc: "Accepted" } };
export const confirmed: CallbackAnswer = { status: 200, body: { ResultCode: 0, ResultDesc: "Success" } };
/** M-Pesa then does what the provider registered for the case that nobody answers (`ResponseType`). */
export const noAnswer: CallbackAnswer = { status: 503, body: { ResultCode: 1, ResultDesc: "Not available" } };

/** @param kind of the channel, as the file of known paths names it */
export function answerSpooled(kind: string, callback: RawCallback): CallbackAnswer {
  switch (callback.kind ?? "push") {
    case "confirmation":
      return confirmed;
    case "message":
      return { status: 200, body: { ok: true, money: true } };
    case "notice":
      return answerNotice(kind, callback);
    default:
      return accepted;
  }
}

function answerNotice(kind: string, { body, query = {}, signature = null }: RawCallback): CallbackAnswer {
  if (kind === "pesapal")
    return readPesapalNotice({ body, query, signature, keys: () => ({ hookToken: "", noticeToken: "" }) }).answer;
  if (kind === "stripe") return { status: 200, body: { received: true } };
  return { status: 200, body: {} };
}
