import { swQuotaWords } from "@karibu/protocol/problems/quota-words";
import type { enQuotas } from "../en/quotas.ts";

/** What the platform lets a provider have, in Swahili. */
export const swQuotas: Record<keyof typeof enQuotas, string> = {
  ...swQuotaWords,
  quotas: "Viwango",
  quotasWhat:
    "Kiasi ambacho jukwaa linakuruhusu, na ulichotumia. Malipo, marejesho na kupakua data havina kiwango. Omba jukwaa nyongeza kabla ya kufika kikomo.",
  quotasOfProvider: "Kiasi ambacho mtoa huduma huyu anaruhusiwa, na alichotumia.",
  quotaUsed: "{used} kati ya {limit}",
  changeQuotas: "Badilisha viwango",
  quotaDefault: "Ukiacha wazi: kiwango cha kawaida, {count}",
  limit_event_streams: "Skrini za moja kwa moja kwa wakati mmoja",
  limit_voucher_batches: "Makundi ya vocha kwa siku",
  limit_voucher_codes: "Misimbo ya vocha kwa siku",
  limit_journal_bytes: "Ripoti za vituo kwa siku",
  limit_mails: "Barua pepe kwa siku",
  limit_messages: "Ujumbe wa maandishi kwa siku",
};
