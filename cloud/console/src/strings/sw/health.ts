/** How the hub itself is, and what to do about it, in Swahili. */
import type { enHealth } from "../en/health.ts";

export const swHealth: Record<keyof typeof enHealth, string> = {
  found_database_answers: "Inajibu kwa {latencyMs} ms",
  found_jobs_waiting: "Zinazosubiri {waiting}, zilizoshindwa kabisa {dead}",
  found_jobs_late: "Kuna kazi iliyosubiri zaidi ya dakika kumi",
  found_mail_waiting: "Zinazosubiri {waiting}, zilizokataliwa tangu jana {failed}",
  found_channels_in_use:
    "Zinazotumika {active}. Funguo zilizokataliwa: {failing}; waanzilishi waliokataliwa: {initiatorsRefused}; malipo yasiyoamuliwa: {unknownPayments}",
  found_agents_connected: "Waliounganishwa {online}, nje ya mtandao {offline}, wasiowahi kuonekana {pending}",
  found_backup_never: "Haijawahi kuchukuliwa",
  found_backup_aged: "Ina umri wa {age}",
  found_upkeep_fine: "Hakuna kazi iliyoshindwa",
  found_upkeep_failed: "Zilizoshindwa: {names}",
  found_wireguard_peers: "Vituo: {peers}; vilivyoonekana saa iliyopita: {seen}",
  found_wireguard_problem: "Kiolesura cha handaki hakifanyi kazi",
  found_disk_free: "Nafasi iliyobaki: {free}",
  advised_look_at_server: "Angalia mzigo, diski na miunganisho ya seva ya hifadhidata.",
  advised_retry_jobs: "Je, kitovu kinafanya kazi? Angalia kazi zilizoshindwa, kisha uzijaribu tena.",
  advised_mail_refused: "Seva ya barua pepe inakataa: mail_outbox.last_error ina inachosema.",
  advised_no_mail_server: "Weka SMTP_URL: mialiko na manenosiri mapya hutumwa kwa barua pepe.",
  advised_owners_enter_keys: "Wamiliki wanaona sababu kwenye kurasa za njia zao, na kuweka funguo mpya hapo.",
  advised_most_away: "Wengi wako nje ya mtandao kwa pamoja: angalia anwani, cheti na mtandao wa kitovu hiki chenyewe.",
  advised_see_sites: "Kurasa za vituo zinaeleza zaidi.",
  advised_take_backup:
    "Endesha karibu backup kila usiku na uweke faili mahali pengine. Nakala za seva ya hifadhidata yenyewe hazijulikani hapa.",
  advised_see_schedule: "Orodha ya kazi za matengenezo hapa chini inaonyesha ipi ilishindwa, na ilisema nini.",
  advised_look_at_interface: "Angalia kiolesura (wg show), na ruhusa ya kitovu kukibadilisha.",
  advised_make_room: "Ongeza nafasi: diski ikijaa, hifadhidata husimama.",
  secure_master_key:
    "Ufunguo mkuu uko kwenye folda ya data, kando ya kile unacholinda: weka KARIBU_MASTER_KEY kutoka hifadhi ya siri.",
  secure_https: "KARIBU_PUBLIC_URL si https: weka proksi ya TLS mbele kabla ya matumizi yoyote zaidi ya jaribio.",
  rawWords: "Kwa maneno yake yenyewe",
  maintenanceFailed: "Imeshindwa",
  maintenanceIdle: "Hakuna la kufanya",
  maintenanceDone: "Imefanyika",
  jobBroke: "Imeshindwa",
  maintenance_retire_cash_sale_rows: "Kuondoa vituoni mauzo yaliyozimwa na kuisha zamani",
};
