import { enQuotaWords } from "@karibu/protocol/problems/quota-words";

/** What the platform lets a provider have, in English. */
export const enQuotas = {
  ...enQuotaWords,
  quotas: "Quotas",
  quotasWhat:
    "What the platform lets you have, and how much of it you use. Payments, refunds and exports have no quota. Ask the platform for more before one is reached.",
  quotasOfProvider: "What this provider may have, and how much of it is used.",
  quotaUsed: "{used} of {limit}",
  changeQuotas: "Change the quotas",
  quotaDefault: "Empty: the default, {count}",
};
