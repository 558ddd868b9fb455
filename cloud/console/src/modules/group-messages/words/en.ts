/** Words of messages to groups, in English. */
export const enGroupMessages = {
  groupMessages: "Messages to groups",
  groupMessagesWhy:
    "One text to many customers, in stages. You see how many get it and what it costs before it is sent.",
  noGroupMessages: "No message to a group was sent yet.",
  writeToGroup: "Write to a group",
  groupTo: "To",
  groupDays: "Within days",
  messageClass: "Kind",
  classHint: "Marketing goes to those alone who agreed to it",
  lookFirst: "Look first",
  groupLook: "Customers who get it: {count}. Cost: about {cost}. Send it?",
  groupLookNoPrice: "Customers who get it: {count}, in SMS: {parts}. Send it?",
  groupLeftOut: "{phone} without a number, {consent} without consent get none.",
  groupNobody: "Nobody in this group can be written to.",
  groupSend: "Send to {count}",
  groupSent: "It is on its way, in stages.",
  groupProgress: "{sent} of {count} sent",
  groupStop: "Stop",
  groupStopSure: "Stop this message? Who has it keeps it; nobody else gets it.",
};
