/** What a quota is of (`quota_<kind>`), and what to do when it is reached: the blanks of `problem_quota_reached`. */
export const swahiliQuotas = {
  quota_sites: "Vituo",
  quota_hosted_sites: "Vituo vinavyoendeshwa kando ya kitovu",
  quota_tunnel_addresses: "Anwani kwenye handaki",
  quota_router_back_up_bytes: "Nakala za ruta",
  quota_event_streams: "Skrini za moja kwa moja zilizofunguliwa",
  quota_voucher_batches: "Makundi ya vocha leo",
  quota_voucher_codes: "Misimbo ya vocha leo",
  quota_journal_bytes: "Ripoti za vituo leo",
  quota_mails: "Barua pepe leo",
  quota_messages: "SMS leo",
  quota_advice_all: "Ondoa kisichohitajika, au omba jukwaa nyongeza.",
  quota_advice_later: "Jaribu tena baadaye, au omba jukwaa nyongeza.",
} as const;
