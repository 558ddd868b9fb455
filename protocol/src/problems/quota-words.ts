/** What a quota is of (`quota_<kind>`), and what to do when it is reached: the blanks of "quota-reached". */
export const enQuotaWords = {
  quota_sites: "Sites",
  quota_hosted_sites: "Hosted sites",
  quota_tunnel_addresses: "Tunnel addresses",
  quota_router_back_up_bytes: "Back-ups of routers",
  quota_event_streams: "Live screens open now",
  quota_voucher_batches: "Voucher batches today",
  quota_voucher_codes: "Voucher codes today",
  quota_journal_bytes: "Reports of the sites today",
  quota_mails: "E-mails today",
  quota_messages: "Text messages today",
  quota_advice_all: "Remove what is not needed, or ask the platform for more.",
  quota_advice_later: "Try again later, or ask the platform for more.",
} as const;

export const swQuotaWords: Readonly<Record<keyof typeof enQuotaWords, string>> = {
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
};
