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
  reportAddressTwilio: "Kwa majibu, kama STOP; taarifa hazihitaji kitu:",
  keysRefused: "Njia inakataa funguo hizi. Zikague, kisha uziweke tena.",
  keysNotAnswered: "Njia bado haijajibu kama funguo hizi ni sahihi.",
  addressesRegistered: "Anwani zimesajiliwa.",
  addressesRefused: "Anwani hazikuweza kusajiliwa.",
  recording: "Kinachokuja kweli kutoka kwa njia hii",
  recordingWhy:
    "Hati huacha mambo fulani wazi. Hapa ujumbe wote ambao maandishi yake yamehifadhiwa unalinganishwa nazo: sehemu, miundo, misimbo na nyakati, kama zilivyorekodiwa. Hakuna mteja anayetajwa.",
  recordingEmpty: "Hakuna kilichokuja bado.",
  recordingSpan: "Ujumbe unaolinganishwa: {count}, kuanzia {from} hadi {until}.",
  recordingCut: "Mpya zaidi haujalinganishwa.",
  recordingUnproved:
    "Hakuna aina ya jibu iliyokuwa sahihi bado kuhusu pesa za njia hii: hakuna linaloweza kukanusha malipo.",
  recordingProved: "Haya yamekuwa sahihi kuhusu pesa za njia hii, na yanaweza kukanusha malipo: {sources}.",
  recordedDiffers: "Haimo kwenye hati",
  recordedNothing: "Hakuna kilichorekodiwa bado.",
  recordedDocumented: "Kwenye hati:",
  recorded_callback_repeated: "Je, hurudia ujumbe wake?",
  recorded_source_address: "Ujumbe hutoka anwani zipi?",
  recorded_keys_stk_callback: "Sehemu za jibu la ombi kwenye simu",
  recorded_keys_c2b_confirmation: "Sehemu za taarifa ya malipo",
  recorded_keys_pull: "Sehemu za safu katika orodha ya malipo",
  recorded_keys_call_result: "Sehemu za matokeo ya swali",
  recorded_callback_codes: "Misimbo katika majibu ya maombi",
  recorded_query_zero: "0 inamaanisha nini wakati ombi bado liko wazi?",
  recorded_prompt_also_confirmed: "Je, pesa za ombi hutaarifiwa pia kama malipo?",
  recorded_payer_form: "Namba ya mlipaji huonyeshwaje?",
  recorded_payer_hash_input: "Ni tahajia ipi ya namba inayofichwa?",
  recorded_list_time_zone: "Je, saa katika orodha ni ya UTC?",
  recorded_list_row_age: "Malipo yana umri gani orodha inapoyaonyesha mara ya kwanza?",
  recorded_list_kinds: "Aina za safu katika orodha",
  recorded_status_age: "Malipo yana umri gani swali linapoyapata mara ya kwanza?",
  recorded_result_codes: "Misimbo katika matokeo ya maswali",
};
