import type { enChannelHealth } from "../en/channel-health.ts";

/** What goes wrong at a payment channel, in Swahili. */
export const swChannelHealth: Record<keyof typeof enChannelHealth, string> = {
  circuit_open: "Kitovu hakiulizi chochote hapa kwa muda",
  circuit_half_open: "Kitovu kinajaribu tena sasa",
  circuitWhy:
    "Njia hii imeshindwa mara kadhaa mfululizo. Malipo ambayo taarifa moja tu imeyaripoti yatathibitishwa baadaye. Mauzo yanaendelea, na anachouliza mteja au wewe kinaulizwa mara moja.",
  circuitSince: "Tangu",
  circuitNextTry: "Jaribio lijalo",
  trouble_fails_customers: "Njia hii inawakatalia wateja",
  trouble_list_refused: "Orodha ya malipo haisomeki",
  troubleDo_balance_limit:
    "Paybill au till imefikia kiwango cha juu cha M-Pesa. Hamishia pesa benki. Wateja hawakukatwa pesa.",
  troubleDo_transaction_type:
    "M-Pesa inasema aina ya malipo haifai kwa namba hii. Je, ni paybill au till? Ongeza njia tena kwa aina ile nyingine.",
  troubleDo_receiving_party:
    "M-Pesa inasema mpokeaji hafai kwa namba hii. Kwa till, kagua namba ya till na namba ya duka.",
  troubleDo_passkey: "Passkey haifai kwa namba hii ya biashara. Weka passkey ya namba hii hapa chini.",
  troubleDo_short_code:
    "Daraja haijui namba hii ya biashara. Kagua mazingira, na kama app imeanza kutumika na namba hii.",
  troubleDo_list_not_allowed:
    "App ya Daraja hairuhusiwi kutumia Pull Transactions. Omba Safaricom iiongeze kwenye app. Hadi hapo, malipo ambayo taarifa yake ilipotea yatapatikana kwa taarifa ya akaunti tu.",
  troubleDo_list_refused:
    "M-Pesa inakataa kuorodhesha malipo. Sajili anwani tena, kwa namba ya simu iliyo kwenye hati za namba ya biashara.",
  troubleDo_refunds_not_allowed:
    "Ufunguo wa Stripe hauruhusiwi kusoma marejesho. Kwenye dashibodi ya Stripe upe ruhusa ya kusoma Charges and Refunds, na Disputes. Hadi hapo, marejesho yaliyofanywa huko hayaandikwi.",
  troubleDo_disputes_not_allowed:
    "Ufunguo wa Stripe hauruhusiwi kusoma mabishano ya malipo. Kwenye dashibodi ya Stripe upe ruhusa ya kusoma Disputes. Hadi hapo, pesa zinazobishaniwa haziandikwi.",
  reportAddress: "Anwani ya ripoti za kufika, ya kuwekwa kwa mtumaji wa SMS",
  reportAddressTwilio: "Hakuna la kuweka: kila ujumbe una anwani yake",
  keysRefused: "Njia inakataa funguo hizi. Zikague, kisha uziweke tena.",
  keysNotAnswered: "Njia bado haijajibu kama funguo hizi ni sahihi.",
  addressesRegistered: "Anwani zimesajiliwa.",
  addressesRefused: "Anwani hazikuweza kusajiliwa.",
};
