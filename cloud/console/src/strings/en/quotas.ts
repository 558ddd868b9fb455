import { enQuotaWords } from "@karibu/protocol/problems/quota-words";

/** What the platform lets a provider have, in English. */
export const enQuotas = {
  ...enQuotaWords,
  quotas: "Quotas",
  quotasWhat:
    "What the platform allows you, and how much of it you use. Payments, refunds and exports have no quota. Ask the platform for more before you reach one.",
  quotasOfProvider: "What this provider is allowed, and how much of it is used.",
  quotaUsed: "{used} of {limit}",
  changeQuotas: "Change the quotas",
  quotaDefault: "Empty: the default, {count}",
  limit_event_streams: "Live screens open at once",
  limit_voucher_batches: "Voucher batches a day",
  limit_voucher_codes: "Voucher codes a day",
  limit_journal_bytes: "Reports of the sites a day",
  limit_mails: "E-mails a day",
  limit_messages: "Text messages a day",
};
