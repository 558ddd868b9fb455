/** The bodies that Daraja posts, in the shapes that were observed. */
import type { Prompt, Result } from "./daraja-types.ts";
import type { Script } from "./scripted-phones.ts";

export function callbackBody(prompt: Prompt, result: Result, shape: Script["callback"] = "once"): string {
  const { merchantRequestId, checkoutRequestId } = prompt;
  const head = {
    MerchantRequestID: merchantRequestId,
    CheckoutRequestID: shape === "other-id" ? `${checkoutRequestId}9` : checkoutRequestId,
    ResultCode: /^\d+$/.test(result.code) && shape !== "odd" ? Number(result.code) : result.code,
    ResultDesc: result.text,
  };
  if (result.receipt === null) return JSON.stringify({ Body: { stkCallback: head } });
  const amount = {
    Name: "Amount",
    Value: shape === "less" ? prompt.amount + 1 : shape === "odd" ? `${prompt.amount}.00` : prompt.amount,
  };
  const receipt = { Name: "MpesaReceiptNumber", Value: result.receipt };
  const date = { Name: "TransactionDate", Value: Number(prompt.stamp) };
  const phone = { Name: "PhoneNumber", Value: Number(prompt.msisdn) };
  const masked = { Name: "PhoneNumber", Value: `${prompt.msisdn.slice(0, 6)}***${prompt.msisdn.slice(-3)}` };
  // A single item comes without its list.
  if (shape === "bare")
    return JSON.stringify({ Body: { stkCallback: { ...head, CallbackMetadata: { Item: receipt } } } });
  const items =
    shape === "odd"
      ? [receipt, { Name: "Balance" }, masked, amount]
      : [amount, receipt, { Name: "Balance" }, date, phone];
  return JSON.stringify({ Body: { stkCallback: { ...head, CallbackMetadata: { Item: items } } } });
}
