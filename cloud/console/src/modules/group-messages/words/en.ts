/** Words of messages to groups, in English. */
export const enGroupMessages = {
  groupMessages: "Messages to groups",
  groupMessagesWhy:
    "One text to many customers, in stages. You see how many get it and what it costs before it is sent.",
  noGroupMessages: "No message has been sent to a group yet.",
  writeToGroup: "Write to a group",
  groupTo: "To",
  groupDays: "Within days",
  messageClass: "Kind",
  classHint: "Marketing goes only to those who agreed to it",
  lookFirst: "Look first",
  groupLook: "Customers who get it: {count}. Cost: about {cost}. Send it?",
  groupLookNoPrice: "Customers who get it: {count}, in SMS: {parts}. Send it?",
  groupLeftOut: "{phone} without a number and {consent} without consent get none.",
  groupNobody: "Nobody in this group can be reached.",
  groupSend: "Send to {count}",
  groupSent: "It is on its way, in stages.",
  groupProgress: "{sent} of {count} sent",
  groupStop: "Stop",
  groupStopSure: "Stop this message? Those who have it keep it; nobody else gets it.",
};
