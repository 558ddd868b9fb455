import type { enSite } from "../../en/network/site.ts";

/** What a site needs before it sells, in Swahili. */
export const swSite: Record<keyof typeof enSite, string> = {
  readyToSell: "Kituo hiki kiko tayari kuuza",
  notReadyYet: "Kabla ya kituo kuuza: {count} ya kufanya",
  step_done: "imekamilika",
  step_todo: "ya kufanya",
  step_waiting: "baadaye",
  ready_link: "Wakala na kitovu",
  ready_link_online: "Wakala ameunganishwa.",
  ready_link_pending:
    "Wakala hajawahi kuunganishwa. Tengeneza tokeni mpya hapo chini, kisha ubandike mstari kwenye ruta.",
  ready_link_offline:
    "Wakala aliunganishwa, sasa hayupo. Kagua umeme na intaneti kwenye ruta; mauzo ya vocha yanaendelea bila kiungo.",
  ready_link_revoked: "Ruhusa yake imeondolewa. Tengeneza tokeni mpya ili iingie tena.",
  ready_clock: "Saa",
  ready_clock_known: "Wakala anajua saa.",
  ready_clock_unknown: "Wakala hajui saa. Weka seva ya NTP kwenye ruta.",
  ready_disk: "Diski",
  ready_disk_ok: "Kinachotokea kinahifadhiwa.",
  ready_disk_refuses: "Diski imejaa au haiandikiki: ongeza nafasi, au badilisha kifaa cha kuhifadhi.",
  ready_feed: "Vifurushi na vocha",
  ready_feed_taken: "Kituo kina vyote.",
  ready_feed_behind: "Kituo bado kinapokea mabadiliko. Subiri kidogo.",
  ready_router: "Ruta na kuingia",
  ready_router_heard: "Ruta inaripoti kuingia na matumizi.",
  ready_router_refuses:
    "Ruta haimkubali wakala wake. Bonyeza “Jaribu muunganisho” hapa chini: husema hatua ipi inashindwa, na nini kinasaidia.",
  ready_router_silent: "Hakuna aliyeingia hapa bado. Jiunge na Wi-Fi kwa simu, ujaribu vocha.",
  nextStep: "Hatua inayofuata",
  tokenStep:
    "Weka mstari huu kwenye thamani za kituo, tengeneza faili zake kwa npm run scripts, kisha ingiza setup.rsc kwenye ruta (Install a router, sehemu 2 na 9). Tokeni inafanya kazi mara moja, kwa saa 24; ukurasa wa kituo unaonyesha wakala akiunganishwa.",
  copyTheLine: "Nakili mstari",
  connectionDetails: "Maelezo ya muunganisho",
  simInbox: "Ujumbe wa M-Pesa kwenye SIM ya ruta",
  simInboxWhy:
    "Ruta ya LTE ambayo SIM yake hupata ujumbe wa M-Pesa inaweza kuuripoti: mauzo huendelea hata taarifa za M-Pesa zisipofika. Ujumbe unaweza kughushiwa, kwa hiyo kinachosemwa husubiri hadi M-Pesa ikithibitishe, na huhesabiwa katika kikomo cha saa. Ujumbe hubaki kwenye SIM, na wa watumaji wengine hausomwi.",
  simSender: "Mtumaji",
  simSenderHint: "Kama ruta inavyoonyesha chini ya /tool/sms/inbox.",
  simRead: "Usome",
  simEnd: "Zima",
  simEndSure: "Usisome SIM tena?",
  simNothingSaid: "Kituo bado hakijasema kama kinaweza kusoma SIM yake.",
  simState_reading: "Kituo kinasoma SIM yake",
  simState_no_menu: "Ruta haimruhusu wakala kusoma ujumbe, au haina",
  simState_no_modem: "Hakuna modemu iliyochaguliwa kwenye ruta: /tool/sms/set port=…",
  simState_not_receiving: "Kupokea kumezimwa kwenye ruta: /tool/sms/set receive-enabled=yes",
  simState_away: "Ruta haimjibu wakala",
};
