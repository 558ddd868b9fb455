import type { enInitiator } from "../en/initiator.ts";

/** The initiator of an M-Pesa channel, in Swahili. */
export const swInitiator: Record<keyof typeof enInitiator, string> = {
  initiator: "Initiator",
  initiatorWhy:
    "Jina la M-Pesa la anayeuliza kuhusu risiti na kurudisha pesa. Haliuzi: lolote likilipata, kuuza kunaendelea.",
  initiatorState_none: "Hakuna initiator",
  initiatorState_incomplete: "Hajakamilika",
  initiatorState_unproved: "Bado hajajaribiwa",
  initiatorState_works: "Anafanya kazi",
  initiatorState_refused: "M-Pesa inamkataa",
  initiatorLacks_none: "Bila yeye: hakuna maswali ya risiti, kubatilisha wala kutuma pesa. Kuuza kunaendelea.",
  initiatorLacks_incomplete: "Jina, nenosiri na cheti vinahitajika. Hadi hapo haulizi chochote. Kuuza kunaendelea.",
  initiatorReason_name_or_password:
    "M-Pesa inamkataa initiator: jina au nenosiri si sahihi, au nenosiri limekwisha muda. Weka nenosiri jipya kwenye M-Pesa, kisha liweke hapa chini.",
  initiatorReason_locked:
    "M-Pesa imefunga nenosiri la initiator. Omba lifunguliwe kwenye M-Pesa kisha jaribu tena, au weka jipya huko na uliweke hapa chini.",
  initiatorReason_no_permission:
    "Initiator hana ruhusa ya kuuliza kuhusu risiti. Mpe ruhusa ya transaction status kwenye M-Pesa, kisha jaribu tena.",
  initiatorReason_bad_request:
    "M-Pesa haielewi maswali ya initiator. Mara nyingi jina au cheti si sahihi: viweke tena hapa chini.",
  initiatorReason_short_code:
    "M-Pesa hairuhusu namba hii ya biashara kuuliza kuhusu risiti. Uliza huduma ya biashara ya M-Pesa kwa nini, kisha jaribu tena.",
  initiatorStops_everything: "Maswali kuhusu risiti, kubatilisha malipo na kutuma pesa vimesimama. Kuuza kunaendelea.",
  initiatorStops_questions: "Maswali kuhusu risiti yamesimama. Kuuza, kubatilisha malipo na kutuma pesa vinaendelea.",
  initiatorBadge: "Initiator amekataliwa",
  initiatorWords: "Maneno ya M-Pesa",
  initiatorStoppedAt: "Amesimama tangu",
  initiatorProvedAt: "Alifanya kazi mara ya kwanza",
  questionsWaiting: "Zinazosubiri jibu",
  addInitiator: "Ongeza initiator",
  replaceInitiator: "Badilisha initiator",
  replaceInitiatorWhy: "Funguo nyingine zinabaki kama zilivyo. Maswali yanayosubiri yataulizwa mara moja.",
  certificateStays: "Tupu: kile kilichopo.",
  initiatorEntered: "Initiator mpya amewekwa. Yanayosubiri yanaulizwa sasa.",
  initiatorRetry: "Mjaribu tena",
  initiatorRetried: "M-Pesa inaulizwa tena kwa initiator huyu.",
  initiatorRemoveSure:
    "Ondoa initiator {name}? Maswali kuhusu risiti, kubatilisha malipo na kutuma pesa vitasimama. Kuuza kunaendelea, na funguo nyingine zinabaki.",
  initiatorRemoved: "Initiator ameondolewa. Kuuza kunaendelea.",
  address_prompt: "Majibu ya maombi (STK)",
  address_result: "Matokeo ya maswali ya hali, marejesho na malipo",
  address_timeout: "Vilevile, muda wa M-Pesa ukiisha",
  address_confirmation: "Malipo bila ombi (C2B confirmation)",
  address_validation: "Swali kabla ya malipo hayo (C2B validation)",
  addressPerRequest: "Karibu huitoa na kila ombi; siri ya ombi hilo huifuata.",
  addressRegistered: "Imesajiliwa M-Pesa.",
  addressNotRegistered: "Bado haijasajiliwa: “Sajili” huitoa.",
};
