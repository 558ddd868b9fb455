/** Words of resellers and what lies with them, in Swahili. */
import type { enResellers } from "./en.ts";

export const swResellers: Record<keyof typeof enResellers, string> = {
  resellers: "Wauzaji wa vocha",
  reseller: "Muuzaji wa vocha",
  resellersWhy:
    "Watu na maduka wanaouza vocha zako za kuchapishwa. Vocha ambayo mteja ameitumia imeuzwa, na inadaiwa kasoro kamisheni.",
  noResellers: "Hakuna anayekuuzia vocha bado.",
  addReseller: "Ongeza muuzaji",
  resellerCommission: "Kamisheni, %",
  resellerCommissionHint: "Kwa vocha zitakazokabidhiwa kuanzia sasa.",
  resellerLimit: "Kisichozidi bila kulipwa",
  resellerLimitHint: "Vocha alizo nazo pamoja na deni. Tupu: bila kikomo.",
  withReseller: "Anazo",
  returnedCodes: "Zilizorudi",
  resellerOwes: "Anadaiwa",
  paidAhead: "Amelipa mbele",
  handOvers: "Vocha zilizokabidhiwa",
  noHandOvers: "Hakuna vocha zilizokabidhiwa bado.",
  handVouchersOver: "Kabidhi vocha",
  takeBack: "Pokea zilizorudi",
  declareSold: "Zote zimeuzwa",
  theseCodes: "Misimbo",
  theseCodesHint: "Mmoja kwa mstari. Tupu: zote {out} alizo nazo.",
  returnDisables: "Zima misimbo iliyorudi",
  returnDisablesHint: "Huenda mtu ameinakili.",
  fromNumberHint: "Jinsi zinavyochapishwa, kuanzia 1. Tupu: ya kwanza isiyo na mtu.",
  on_resellers: "Wauzaji wa vocha",
  on_hand_overs: "Vocha zilizokabidhiwa",
  maintenance_book_used_vouchers: "Kuandika vocha zilizotumika kwenye vitabu",
  setOn_resellers: "Wauzaji wa jumla: bei, kamisheni, wanaweza kudaiwa kiasi gani",
};
