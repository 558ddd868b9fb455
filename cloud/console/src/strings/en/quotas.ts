/** What the platform lets a provider have, in English. */
export const enQuotas = {
  quotas: "Quotas",
  quotasWhat:
    "What the platform lets you have, and how much of it you use. Payments, refunds and exports have no quota. Ask the platform for more before one is reached.",
  quotasOfProvider: "What this provider may have, and how much of it is used.",
  quotaUsed: "{used} of {limit}",
  changeQuotas: "Change the quotas",
  quotaDefault: "Empty: the default, {count}",
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
};
