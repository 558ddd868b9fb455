/** The sentence that a rejected customer reads (RADIUS Reply-Message). Short: RouterOS shows one line. */
import type { RejectReason } from "../state/reject-reason.ts";

export type Locale = "en" | "sw";

const english: Readonly<Record<RejectReason, string>> = {
  "unknown-user": "We do not know this code or name here. Check it, and that it is for this place.",
  "wrong-password": "The password is not right. Please try again.",
  guessing: "Too many wrong codes from this device. Please try again in a few minutes.",
  "one-moment": "One moment, please. Please try again in a few seconds.",
  disabled: "This code or account has been switched off. Please ask the seller.",
  "other-device": "This log-in is for another device or connection. Please ask your provider.",
  revoked: "This package was withdrawn. Please ask the seller.",
  suspended: "Your provider has paused this. Please ask your provider.",
  paused: "This code is paused. Whoever paused it can resume it at /mine.",
  "not-remembered": "This hotspot must first ask what was used. Please try again in a few minutes.",
  expired: "Your package has ended. Please buy a new one.",
  "time-used": "Your time is used up. Please buy more.",
  "data-used": "Your data is used up. Please buy more.",
  "outside-schedule": "This package can't be used at this hour.",
  "too-many-devices": "This package is in use on another device. Log out there first.",
  "moved-too-often": "This code went to another device too often today. Use it where it was, or ask the seller.",
  elsewhere: "This code was used at another place.",
  "clock-unknown": "The hotspot does not know the time yet. Please try again in a minute.",
};

const swahili: Readonly<Record<RejectReason, string>> = {
  "unknown-user": "Hatuutambui msimbo au jina hili hapa. Hakikisha, na kama ni la mahali hapa.",
  "wrong-password": "Neno la siri si sahihi. Tafadhali jaribu tena.",
  guessing: "Misimbo mingi si sahihi kutoka kifaa hiki. Tafadhali jaribu tena baada ya dakika chache.",
  "one-moment": "Subiri kidogo. Tafadhali jaribu tena baada ya sekunde chache.",
  disabled: "Msimbo au akaunti hii imezimwa. Tafadhali muulize muuzaji.",
  "other-device": "Jina hili ni la kifaa au muunganisho mwingine. Tafadhali muulize mtoa huduma wako.",
  revoked: "Kifurushi hiki kimerudishwa. Tafadhali muulize muuzaji.",
  suspended: "Mtoa huduma wako ameisimamisha hii. Tafadhali muulize.",
  paused: "Msimbo huu umesitishwa. Aliyeusitisha auendeleze kwenye /mine.",
  "not-remembered": "Hotspot hii lazima kwanza iulize kilichotumika. Tafadhali jaribu tena baada ya dakika chache.",
  expired: "Kifurushi chako kimeisha muda. Tafadhali nunua kingine.",
  "time-used": "Muda wako umeisha. Tafadhali nunua zaidi.",
  "data-used": "Data yako imeisha. Tafadhali nunua zaidi.",
  "outside-schedule": "Kifurushi hiki hakitumiki saa hii.",
  "too-many-devices": "Kifurushi hiki kinatumika kwenye kifaa kingine. Ondoka huko kwanza.",
  "moved-too-often": "Msimbo huu umehamishwa kifaa mara nyingi mno leo. Utumie ulipokuwa, au muulize muuzaji.",
  elsewhere: "Msimbo huu umetumika mahali pengine.",
  "clock-unknown": "Hotspot bado haijui saa. Tafadhali jaribu tena baada ya dakika moja.",
};

/** `seconds`: when to try again, where that is known. */
export function rejectMessage(reason: RejectReason, locale: Locale, seconds?: number): string {
  const sentence = (locale === "sw" ? swahili : english)[reason];
  return seconds === undefined ? sentence : `${sentence} (${seconds} s)`;
}
