/** What Safaricom checks before it prompts a phone. It names the first field that is wrong. */
import type { DarajaApp } from "./daraja-types.ts";

export type Refusal = { readonly status: number; readonly code: string; readonly message: string };

export interface Push {
  readonly app: DarajaApp;
  readonly amount: number;
  readonly msisdn: string;
  readonly callbackUrl: string;
  readonly accountReference: string;
  readonly description: string;
}

const banned = ["mpesa", "m-pesa", "safaricom", "exe", "exec", "cmd", "sql", "query"];
const timestampToleranceMs = 10 * 60_000;

type Fields = Readonly<Record<string, unknown>>;

export function checkPush(fields: Fields, apps: readonly DarajaApp[], nowMs: number): Push | Refusal {
  const app = apps.find((each) => signerOf(each) === text(fields.BusinessShortCode));
  if (app === undefined) return invalid("BusinessShortCode");
  const wrongPassword = checkPassword(fields, app, nowMs);
  if (wrongPassword !== null) return wrongPassword;
  if (fields.TransactionType !== "CustomerPayBillOnline" && fields.TransactionType !== "CustomerBuyGoodsOnline") {
    return invalid("TransactionType");
  }
  // A till receives money under its own number, and its store's number signs the request. A paybill has one number.
  const wanted = app.storeNumber === undefined ? "CustomerPayBillOnline" : "CustomerBuyGoodsOnline";
  if (fields.TransactionType !== wanted) return invalid("TransactionType");
  const amount = text(fields.Amount);
  if (!/^[1-9]\d{0,5}$/.test(amount) || Number(amount) > 250_000) return invalid("Amount");
  if (text(fields.PartyB) !== app.shortcode) return invalid("PartyB");
  const msisdn = text(fields.PhoneNumber);
  if (!/^254[17]\d{8}$/.test(msisdn)) return invalid("PhoneNumber");
  if (text(fields.PartyA) !== msisdn) return invalid("PartyA");
  const callbackUrl = text(fields.CallBackURL);
  if (!isCallbackUrl(callbackUrl)) return invalid("CallBackURL");
  const accountReference = text(fields.AccountReference);
  if (!/^[A-Za-z0-9]{1,12}$/.test(accountReference)) return invalid("AccountReference");
  const description = text(fields.TransactionDesc);
  if (description.length < 1 || description.length > 13) return invalid("TransactionDesc");
  return { app, amount: Number(amount), msisdn, callbackUrl, accountReference, description };
}

/** Password = base64(short code, passkey, timestamp). The timestamp is in East Africa Time, within ten minutes of now. */
export function checkPassword(fields: Fields, app: DarajaApp, nowMs: number): Refusal | null {
  const stamp = text(fields.Timestamp);
  const match = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(stamp);
  if (match === null) return invalid("Timestamp");
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const atMs = Date.UTC(year, month - 1, day, hour - 3, minute, second);
  if (Math.abs(atMs - nowMs) > timestampToleranceMs) return invalid("Timestamp");
  const expected = Buffer.from(signerOf(app) + app.passkey + stamp).toString("base64");
  if (fields.Password !== expected) return { status: 500, code: "500.001.1001", message: "Wrong credentials" };
  return null;
}

/** The short code that signs for an app: the store's number for a till. */
export const signerOf = (app: DarajaApp): string => app.storeNumber ?? app.shortcode;

function isCallbackUrl(value: string): boolean {
  const host = /^https?:\/\/([^/?#]+)/.exec(value)?.[1];
  if (host === undefined || host !== host.toLowerCase()) return false;
  return !banned.some((word) => value.toLowerCase().includes(word));
}

function invalid(field: string): Refusal {
  return { status: 400, code: "400.002.02", message: `Bad Request - Invalid ${field}` };
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
