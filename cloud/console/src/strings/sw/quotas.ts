import type { enQuotas } from "../en/quotas.ts";

/** What the platform lets a provider have, in Swahili. */
export const swQuotas: Record<keyof typeof enQuotas, string> = {
  quotas: "Viwango",
  quotasWhat:
    "Kiasi ambacho jukwaa linakuruhusu, na ulichotumia. Malipo, marejesho na kupakua data havina kiwango. Omba jukwaa nyongeza kabla ya kufika kikomo.",
  quotasOfProvider: "Kiasi ambacho mtoa huduma huyu anaruhusiwa, na alichotumia.",
  quotaUsed: "{used} kati ya {limit}",
  changeQuotas: "Badilisha viwango",
  quotaDefault: "Ukiacha wazi: kiwango cha kawaida, {count}",
  quota_sites: "Vituo",
  quota_hosted_sites: "Vituo vinavyoendeshwa kando ya kitovu",
  quota_tunnel_addresses: "Anwani kwenye handaki",
  quota_event_streams: "Skrini za moja kwa moja zilizofunguliwa",
  quota_voucher_batches: "Makundi ya vocha leo",
  quota_voucher_codes: "Misimbo ya vocha leo",
  quota_journal_bytes: "Ripoti za vituo leo",
  quota_mails: "Barua pepe leo",
  quota_messages: "SMS leo",
  quota_advice_all: "Ondoa kisichohitajika, au omba jukwaa nyongeza.",
  quota_advice_later: "Jaribu tena baadaye, au omba jukwaa nyongeza.",
};
