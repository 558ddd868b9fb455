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
  lost: ["Router stopped reporting", "Ruta iliacha kutoa taarifa"],
  unknown: ["Not known", "Haijulikani"],
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
    voucherCode: ["Voucher", "Vocha"],
    endsAtMs: ["The plan ends", "Kifurushi kinaisha"],
  },
  values: {
    state: { live: ["Online", "Mtandaoni"], ended: ["Ended", "Kiliisha"] },
    cause: causeWords,
  },
} as const;
