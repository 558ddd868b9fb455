/** What goes wrong at a payment channel, in English. */
export const enChannelHealth = {
  circuit_open: "The hub asks nothing here for a while",
  circuit_half_open: "The hub tries again now",
  circuitWhy:
    "It failed several times in a row. Payments that only a callback reported are proved later. Sales go on, and what a customer or you ask is asked at once.",
  circuitProblem: "What went wrong last",
  circuitSince: "Since",
  circuitNextTry: "Next try",
  reportAddress: "Address for delivery reports, to be entered at the gateway",
  reportAddressTwilio: "Nothing to enter: each message carries it",
} as const;
