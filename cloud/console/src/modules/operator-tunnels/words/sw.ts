import type { enOperatorTunnels } from "./en.ts";

/** People's own tunnels to routers, in Swahili. */
export const swOperatorTunnels: Record<keyof typeof enOperatorTunnels, string> = {
  winbox: "WinBox",
  winboxWhat:
    "Fikia WinBox ya ruta zako ukiwa popote, hata nyuma ya NAT. Unapata njia yako mwenyewe; inajifunga yenyewe, na hakuna kingine kinachopita humo.",
  winboxNone: "Bado hakuna njia iliyofunguliwa.",
  winboxNoSites: "Bado hakuna kituo.",
  winboxOpen: "Fungua njia",
  winboxEnd: "Ifunge",
  winboxEndSure: "Ufunge njia {name}? Kilicho wazi ndani yake kinakatwa mara moja.",
  winboxNameHint: "Kifaa unachotumia: “Kompyuta ya ofisini”",
  winboxHours: "Saa",
  winboxHoursHint: "Kisha inajifunga yenyewe",
  winboxSites: "Vituo",
  winboxOwnKey: "Ufunguo wa wazi wa WireGuard yako",
  winboxOwnKeyHint:
    "Kivinjari hiki hakiwezi kutengeneza funguo, au ukurasa umefunguliwa bila https: tengeneza jozi kwenye programu ya WireGuard.",
  winboxYourKey: "<ufunguo wako wa siri>",
  winboxFile: "Faili la WireGuard la {name}",
  winboxNext: "Ingiza faili hili kwenye programu ya WireGuard, au soma msimbo kwa simu. Kisha unganisha WinBox na:",
  winboxNoEndpoint:
    "Kitovu hiki hakina anwani ya handaki, kwa hiyo faili hili haliwezi kuunganisha. Anayekiendesha aweke KARIBU_WIREGUARD_ENDPOINT; kisha fungua handaki jipya.",
  winboxQr: "Faili hilohilo kama msimbo wa QR",
  winboxSave: "Hifadhi faili",
  tunnel_open: "Wazi",
  tunnel_expired: "Muda umekwisha",
  tunnel_ended: "Imefungwa",
};
