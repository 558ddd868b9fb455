/** What a program of another provider tries with ids that are not its own: requests of the console's API. */

/** What it knows of the other provider. */
interface Known {
  readonly siteId: string;
  readonly channelId: string;
  readonly planId: string;
  readonly purchaseId: string;
  readonly grantId: string;
  readonly voucherId: string;
  readonly sellerId: string;
}

type Request = readonly [method: string, path: string, body?: object];

export type NeighbourReach =
  | "read a payment"
  | "ask about a payment"
  | "give a payment back"
  | "give time"
  | "read a grant"
  | "switch a voucher off"
  | "change a plan"
  | "print codes"
  | "take cash"
  | "read a site"
  | "cut a site off"
  | "read a channel";

export const reaches: Readonly<Record<NeighbourReach, (known: Known) => Request>> = {
  "read a payment": ({ purchaseId }) => ["GET", `/payments/${purchaseId}`],
  "ask about a payment": ({ purchaseId }) => ["POST", `/payments/${purchaseId}/verify`],
  "give a payment back": ({ purchaseId: paymentId }) => [
    "POST",
    "/refunds",
    { paymentId, method: "cash", reason: "It rained", revoke: true },
  ],
  "give time": ({ siteId, grantId }) => [
    "POST",
    `/sites/${siteId}/grants/${grantId}/give`,
    { reason: "The power was off", seconds: 600 },
  ],
  "read a grant": ({ grantId }) => ["GET", `/grants/${grantId}`],
  "switch a voucher off": ({ voucherId }) => ["POST", `/vouchers/${voucherId}/disable`],
  "change a plan": ({ planId }) => ["PATCH", `/plans/${planId}`, { priceCents: 100 }],
  "print codes": ({ planId, siteId }) => ["POST", "/vouchers/batches", { planId, quantity: 1, siteId }],
  "take cash": ({ sellerId, siteId }) => ["POST", `/sellers/${sellerId}/hand-in`, { siteId, amountCents: 1000 }],
  "read a site": ({ siteId }) => ["GET", `/sites/${siteId}`],
  "cut a site off": ({ siteId }) => ["POST", `/sites/${siteId}/revoke`],
  "read a channel": ({ channelId }) => ["GET", `/channels/${channelId}`],
};

export const neighbourReaches = Object.keys(reaches) as NeighbourReach[];
