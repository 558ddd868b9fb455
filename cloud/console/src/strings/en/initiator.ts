/** The initiator of an M-Pesa channel, in English. */
export const enInitiator = {
  initiator: "Initiator",
  initiatorWhy:
    "M-Pesa's name for who asks about receipts and sends money back. It does not sell: whatever happens to it, sales continue.",
  initiatorState_none: "No initiator",
  initiatorState_incomplete: "Not complete",
  initiatorState_unproved: "Not tried yet",
  initiatorState_works: "Works",
  initiatorState_refused: "M-Pesa refuses it",
  initiatorLacks_none: "Without one: no questions about receipts, no reversals, no payouts. Sales continue.",
  initiatorLacks_incomplete: "Name, password and certificate are needed. Until then it asks nothing. Sales continue.",
  initiatorReason_name_or_password:
    "M-Pesa refuses the initiator: its name or its password is wrong, or the password has run out. Set a new password at M-Pesa and enter it below.",
  initiatorReason_locked:
    "M-Pesa has locked the initiator's password. Have it unlocked at M-Pesa and try again, or set a new one there and enter it below.",
  initiatorReason_no_permission:
    "The initiator may not ask about receipts. Give it the role for transaction status at M-Pesa and try again.",
  initiatorReason_bad_request:
    "M-Pesa can't read the initiator's questions. Most often its name or the certificate is wrong: enter both again below.",
  initiatorReason_short_code:
    "M-Pesa does not let this short code ask about receipts. Ask M-Pesa's business support why, then try again.",
  initiatorStops_everything: "Questions about receipts, reversals and payouts have stopped. Sales continue.",
  initiatorStops_questions: "Questions about receipts have stopped. Sales, reversals and payouts continue.",
  initiatorBadge: "Initiator refused",
  initiatorWords: "M-Pesa's words",
  initiatorStoppedAt: "Stopped since",
  initiatorProvedAt: "Worked first",
  questionsWaiting: "Waiting for an answer",
  addInitiator: "Add an initiator",
  replaceInitiator: "Replace the initiator",
  replaceInitiatorWhy: "The other keys stay as they are. Waiting questions are asked at once.",
  certificateStays: "Empty: the one that is there.",
  initiatorEntered: "The new initiator is entered. What waits is asked now.",
  initiatorRetry: "Try it again",
  initiatorRetried: "M-Pesa is asked again with this initiator.",
  initiatorRemoveSure:
    "Remove the initiator {name}? Questions about receipts, reversals and payouts stop. Sales continue, and the other keys stay.",
  initiatorRemoved: "The initiator is removed. Sales continue.",
  address_prompt: "Answers to prompts (STK)",
  address_result: "Results of status queries, reversals and payouts",
  address_timeout: "The same, where M-Pesa runs out of time",
  address_confirmation: "Payments without a prompt (C2B confirmation)",
  address_validation: "Question before such a payment (C2B validation)",
  addressPerRequest: "Karibu hands it over with each request; a secret of that request follows it.",
  addressRegistered: "Registered at M-Pesa.",
  addressNotRegistered: "Not registered yet: “Register” hands it over.",
} as const;
