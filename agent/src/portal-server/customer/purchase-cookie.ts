/**
 * The cookie with which a phone's purchase is found again after a restart of the agent: `<purchase>~<plan>~<proof>`. The proof is made with the
 * site's own key over the purchase and the phone's token: with another phone's id it opens nothing.
 */
import { isSameSecret, sha256Hex } from "@karibu/protocol/hash";
import { readCookie } from "../visit/identify-device-policy.ts";
import { decodeKey, setCookie, type Visit } from "../visit/visit.ts";

const name = "karibu_purchase";
const keptS = 3600;
const keyMax = 128;

interface NamedPurchase {
  readonly purchaseId: string;
  readonly planId: string;
}

const proofOf = (key: string, purchaseId: string, token: string): string =>
  sha256Hex(`${purchaseId} ${token} ${key}`).slice(0, 32);

export function purchaseCookie(key: string, { purchaseId, planId }: NamedPurchase, { device }: Visit): string {
  const proof = proofOf(key, purchaseId, device.token);
  return setCookie(name, `${encodeURIComponent(purchaseId)}~${encodeURIComponent(planId)}~${proof}`, keptS);
}

export const noPurchaseCookie = setCookie(name, "", 0);

/** Null: there is none, or this phone did not begin it. */
export function readPurchaseCookie(key: string, { cookieHeader, device }: Visit): NamedPurchase | null {
  const [purchaseId, planId, proof] = (readCookie(cookieHeader, name) ?? "").split("~").map(decodeKey);
  if (!purchaseId || !planId || !proof || purchaseId.length > keyMax || planId.length > keyMax) return null;
  return isSameSecret(proof, proofOf(key, purchaseId, device.token)) ? { purchaseId, planId } : null;
}
