import type { enSales } from "./en-sales.ts";

/** A sale over the counter, and what staff do for its customer afterwards, in Swahili. */
export const swSales: Record<keyof typeof enSales, string> = {
  saleCode: "Kodi",
  saleCodeWhy:
    'Mteja huiandika kwenye ukurasa wa Wi-Fi, au hubandika ujumbe wetu kwenye "Nimeshalipa". Inafanya kazi kama vocha.',
  sentAgain: "Imetumwa tena.",
  giveCode: "Toa kodi",
  helpCustomer: "Msaidie mteja",
  putOnline: "Ingiza kifaa mtandaoni",
  putOnlineWhy:
    "Vifaa ambavyo kituo kinaviona sasa. Hamishia: kifaa kilichokuwa nacho kwa muda mrefu zaidi hukipoteza.",
  putThisOnline: "Ingiza mtandaoni",
  moveHere: "Hamishia hapa",
  deviceOnline: "Kifaa kiko mtandaoni.",
  deviceBound: "Kifaa kinacho sasa. Kitaingia mtandaoni mwenyewe akifungua ukurasa wa Wi-Fi.",
  noDevicesSeen: "Kituo hakioni kifaa chochote sasa.",
  macNotSeen: "Kifaa kingine, kwa anwani yake ya MAC",
  seenOnline: "Kiko mtandaoni",
  seenWaiting: "Hakiko mtandaoni",
  saleHistory: "Kilichotokea",
  soldInCash: "Imeuzwa kwa pesa taslimu",
  soldFromCredit: "Imelipwa kwa salio la mteja",
  soldByAt: "Na {name}, {site}",
  soldAt: "Kituo: {site}",
  firstUsed: "Kifaa kiliingia mtandaoni nacho",
  soldBy: "Aliyeuza",
  problem_no_sender: "Hakuna mtumaji wa ujumbe aliyewashwa: mwambie mteja kodi.",
  problem_phone_hidden: "Nambari ya mlipaji imefichwa: andika simu.",
  problem_not_yours: "Unaweza kutuma tena kodi za mauzo yako mwenyewe, kwa simu iliyonunua.",
  problem_not_paid: "Malipo haya hayajalipwa: hayakufungua chochote.",
  problem_no_grant: "Malipo haya hayakufungua chochote: pesa zake ni salio la mteja.",
  problem_grant_revoked: "Kilichofunguliwa na malipo haya kimefutwa.",
  problem_grant_ended: "Kilichofunguliwa na malipo haya kimekwisha.",
  problem_grant_not_here: "Kituo bado hakijakipata. Jaribu tena baada ya muda mfupi.",
  problem_too_many_devices: "Vifaa vyake vyote vimejaa: hamisha badala yake.",
  problem_site_too_old: "Wakala wa kituo ni wa zamani mno kwa hili: msasishe, au toa kodi.",
};
