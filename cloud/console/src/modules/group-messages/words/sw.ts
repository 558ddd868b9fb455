/** Words of messages to groups, in Swahili. */
import type { enGroupMessages } from "./en.ts";

export const swGroupMessages: Record<keyof typeof enGroupMessages, string> = {
  groupMessages: "Ujumbe kwa vikundi",
  groupMessagesWhy: "Ujumbe mmoja kwa wateja wengi, kwa hatua. Unaona ni wangapi na gharama kabla haujatumwa.",
  noGroupMessages: "Hakuna ujumbe wa kikundi uliotumwa bado.",
  writeToGroup: "Andikia kikundi",
  groupTo: "Kwa",
  groupDays: "Ndani ya siku",
  messageClass: "Aina",
  classHint: "Matangazo huenda kwa waliokubali tu",
  lookFirst: "Angalia kwanza",
  groupLook: "Tuma kwa {count:mteja|wateja} {count} kwa takriban {cost}?",
  groupLookNoPrice: "Tuma kwa {count:mteja|wateja} {count}: SMS {parts}?",
  groupLeftOut: "{phone} bila namba, {consent} bila ridhaa hawatapata.",
  groupNobody: "Hakuna anayeweza kuandikiwa kwenye kikundi hiki.",
  groupSend: "Tuma kwa {count}",
  groupSent: "Uko njiani, kwa hatua.",
  groupProgress: "{sent} kati ya {count} umetumwa",
  groupStop: "Simamisha",
  groupStopSure: "Simamisha ujumbe huu? Aliyeupata anao; wengine hawataupata.",
};
