/** How a receiver knows that a request is ours, and of now. Pure. */
import { createHmac, timingSafeEqual } from "node:crypto";

export const signatureHeader = "Karibu-Signature";

/**
 * `t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>", hex>`. The receiver computes the same with the webhook's secret, compares in constant
 * time, and refuses a time more than five minutes away, so that nobody plays an old request again.
 */
export function signWebhook(secret: string, body: string, atMs: number): string {
  const seconds = Math.floor(atMs / 1000);
  return `t=${seconds},v1=${macOf(secret, seconds, body)}`;
}

/** For receivers in the lab, and as the description for others. */
export function isSignedBy(secret: string, body: string, header: string, nowMs: number): boolean {
  const [, seconds, mac] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header) ?? [];
  if (seconds === undefined || mac === undefined) return false;
  if (Math.abs(nowMs / 1000 - Number(seconds)) > 300) return false;
  return timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(secret, Number(seconds), body)));
}

const macOf = (secret: string, seconds: number, body: string): string =>
  createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
