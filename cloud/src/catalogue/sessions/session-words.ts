/** Sessions in files for people. The console has the same words; a test of the console compares them. */
import { commonHeads, type Wording } from "../../ground/lists/export-words.ts";

/** Acct-Terminate-Cause (RFC 2866 §5.10), as agents report it. */
export const causeWords: Wording = {
  "user-request": ["Logged out", "Ametoka"],
  "lost-carrier": ["Lost signal", "Mawimbi yamepotea"],
  "lost-service": ["Lost service", "Huduma imepotea"],
  "idle-timeout": ["Idle", "Hakutumia"],
  "session-timeout": ["Time used up", "Muda umeisha"],
  "admin-reset": ["Ended by us", "Tumekimaliza sisi"],
  "admin-reboot": ["Router restarted", "Ruta imewashwa upya"],
  "nas-reboot": ["Router restarted", "Ruta imewashwa upya"],
  "nas-request": ["Ended by the router", "Ruta imekimaliza"],
  "nas-error": ["Router trouble", "Tatizo la ruta"],
  "port-error": ["Router trouble", "Tatizo la ruta"],
  moved: ["Went on at another hotspot", "Kiliendelea hotspot nyingine"],
  lost: ["Router stopped reporting", "Ruta iliacha kutoa taarifa"],
  unknown: ["Not known", "Haijulikani"],
};

/** Why a site ended a session, or how it knew that one was lost. */
export const endingWords: Wording = {
  expired: ["Plan over", "Kifurushi kimeisha muda"],
  "time-used": ["Time online used up", "Muda wa mtandaoni umeisha"],
  "data-used": ["Data used up", "Data imeisha"],
  revoked: ["Revoked", "Kifurushi kimefutwa"],
  suspended: ["Suspended", "Kifurushi kimesimamishwa"],
  paused: ["Paused by the customer", "Mteja amekisitisha"],
  disabled: ["Account switched off", "Akaunti imezimwa"],
  "outside-schedule": ["Outside the plan's hours", "Nje ya saa za kifurushi"],
  "too-many-devices": ["Another device took its place", "Kifaa kingine kimechukua nafasi"],
  "other-device": ["Meant for another device", "Ni ya kifaa kingine"],
  elsewhere: ["In use at another site", "Kifurushi kinatumika kituo kingine"],
  "idle-timeout": ["Idle", "Hakutumia"],
  kicked: ["Ended by staff", "Mfanyakazi amekikata"],
  "logged-out": ["Logged out by the customer", "Mteja ametoka mwenyewe"],
  "passed-on": ["Given to another phone by the customer", "Mteja amekipa simu nyingine"],
  "taken-off": ["Taken off by the customer", "Mteja amekiondoa kifaa"],
  "new-limits": ["Logged in again with new limits", "Kimeingizwa upya kwa viwango vipya"],
  silent: ["Router stopped reporting it", "Ruta iliacha kukitaja"],
  "not-listed": ["Router no longer knew it", "Ruta haikukijua tena"],
  "router-restarted": ["Router restarted", "Ruta imewashwa upya"],
  replaced: ["The device's next session began", "Kipindi kipya cha kifaa kimeanza"],
};

export const sessionWords = {
  heads: {
    ...commonHeads,
    sessionKey: ["Session", "Kipindi"],
    user: ["User", "Mtumiaji"],
    mac: ["Device (MAC)", "Kifaa (MAC)"],
    address: ["Address", "Anwani"],
    startedAtMs: ["Started", "Ilianza"],
    stoppedAtMs: ["Ended", "Kiliisha"],
    onlineSeconds: ["Online, seconds", "Mtandaoni, sekunde"],
    inputBytes: ["Sent, bytes", "Zilizotumwa, baiti"],
    outputBytes: ["Received, bytes", "Zilizopokelewa, baiti"],
    cause: ["How it ended", "Kilivyoisha"],
    why: ["Why", "Sababu"],
    routerName: ["Router", "Ruta"],
    voucherCode: ["Voucher", "Vocha"],
    endsAtMs: ["The plan ends", "Kifurushi kinaisha"],
  },
  values: {
    state: { live: ["Online", "Mtandaoni"], ended: ["Ended", "Kiliisha"] },
    cause: causeWords,
    why: endingWords,
  },
} as const;
