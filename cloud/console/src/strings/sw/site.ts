import type { enSite } from "../en/site.ts";

/** What a site needs before it sells, in Swahili. */
export const swSite: Record<keyof typeof enSite, string> = {
  readyToSell: "Kituo hiki kiko tayari kuuza",
  notReadyYet: "Kabla ya kituo kuuza: {count} ya kufanya",
  step_done: "imekamilika",
  step_todo: "ya kufanya",
  step_waiting: "baadaye",
  ready_link: "Ajenti na kitovu",
  ready_link_online: "Ajenti imeunganishwa.",
  ready_link_pending:
    "Ajenti haijawahi kuunganishwa. Tengeneza tokeni mpya hapo chini, kisha ubandike mstari kwenye ruta.",
  ready_link_offline:
    "Ajenti iliunganishwa, sasa haipo. Kagua umeme na intaneti kwenye ruta; mauzo ya vocha yanaendelea bila hiyo.",
  ready_link_revoked: "Ruhusa yake imeondolewa. Tengeneza tokeni mpya ili iingie tena.",
  ready_clock: "Saa",
  ready_clock_known: "Ajenti inajua saa.",
  ready_clock_unknown: "Ajenti haijui saa. Weka seva ya NTP kwenye ruta.",
  ready_disk: "Diski",
  ready_disk_ok: "Kinachotokea kinahifadhiwa.",
  ready_disk_refuses: "Diski imejaa au haiandikiki: ongeza nafasi, au badilisha kifaa cha kuhifadhi.",
  ready_feed: "Vifurushi na vocha",
  ready_feed_taken: "Kituo kina vyote.",
  ready_feed_behind: "Kituo bado kinapokea mabadiliko. Subiri kidogo.",
  ready_router: "Ruta na kuingia",
  ready_router_heard: "Ruta inaripoti kuingia na matumizi.",
  ready_router_silent: "Hakuna aliyeingia hapa bado. Jiunge na Wi-Fi kwa simu, ujaribu vocha.",
  nextStep: "Hatua inayofuata",
  tokenStep:
    "Weka mstari huu kwenye thamani za kituo, tengeneza faili zake kwa npm run scripts, kisha ingiza setup.rsc kwenye ruta (Install a router, sehemu 2 na 9). Tokeni inafanya kazi mara moja, kwa saa 24; ukurasa wa kituo unaonyesha wakala akiunganishwa.",
  copyTheLine: "Nakili mstari",
  openSite: "Fungua kituo",
  connectionDetails: "Maelezo ya muunganisho",
};
