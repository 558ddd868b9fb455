/** Words of reports by e-mail, in Swahili. */
import type { enReportSchedules } from "./en.ts";

export const swReportSchedules: Record<keyof typeof enReportSchedules, string> = {
  on_report_schedules: "Ripoti kwa barua pepe",
  reportSchedules: "Ripoti kwa barua pepe",
  reportSchedulesWhy:
    "Kila moja huenda kwa watu wanaofanya kazi hapa, kila asubuhi, kila Jumatatu, au tarehe moja ya mwezi, na hueleza wakati uliotangulia. Hakuna anayepata ripoti asiyoruhusiwa kusoma.",
  noReportSchedules: "Hakuna ripoti inayotumwa.",
  addReportSchedule: "Tuma ripoti",
  changeReportSchedule: "Badilisha ripoti hizi",
  reportEvery: "Mara ngapi",
  report_every_day: "Kila siku",
  report_every_week: "Kila wiki",
  report_every_month: "Kila mwezi",
  reportFormat: "Faili",
  reportReaders: "Kwa",
  reportReaderGone: "aliyeondoka",
  reportNext: "Ijayo tarehe",
  reportOff: "Imezimwa",
  reportSentLast: "Ilitumwa mwisho",
  reportSendNow: "Tuma sasa",
  reportsSent: "Barua {count} {count:imetumwa|zimetumwa}.",
  reportTo: "Kwa {name}",
  reportActive: "Imewashwa",
  maintenance_report_letters: "Kutuma ripoti kwa barua pepe",
};
