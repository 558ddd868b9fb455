/** What goes wrong at a payment channel, in English. */
export const enChannelHealth = {
  circuit_open: "The hub asks nothing here for a while",
  circuit_half_open: "The hub tries again now",
  circuitWhy:
    "It failed several times in a row. Payments that only a callback reported are proved later. Sales go on, and what a customer or you ask is asked at once.",
  circuitSince: "Since",
  circuitNextTry: "Next try",
  trouble_fails_customers: "This channel fails its customers",
  trouble_list_refused: "A list of payments can't be read",
  troubleDo_balance_limit:
    "The paybill or till has reached the most that M-Pesa lets it hold. Move money to the bank. Customers were not charged.",
  troubleDo_transaction_type:
    "M-Pesa says that the kind of payment does not fit the short code. Is it a paybill or a till? Add the channel again as the other kind.",
  troubleDo_receiving_party:
    "M-Pesa says that the receiver does not fit the short code. For a till, check the till number and the store number.",
  troubleDo_passkey: "The passkey does not fit the short code. Enter the passkey of this short code below.",
  troubleDo_short_code:
    "Daraja does not know the short code. Check the environment, and that the app has gone live with this short code.",
  troubleDo_list_not_allowed:
    "The Daraja app may not use Pull Transactions. Ask Safaricom to add it to the app. Until then, payments whose notice was lost are found by statements alone.",
  troubleDo_list_refused:
    "M-Pesa refuses to list the payments. Register the addresses again, with the phone number in the short code's papers.",
  troubleDo_refunds_not_allowed:
    "The Stripe key may not read refunds. In Stripe's dashboard give it the right to read Charges and Refunds, and Disputes. Until then, refunds made there are not booked.",
  troubleDo_disputes_not_allowed:
    "The Stripe key may not read disputes. In Stripe's dashboard give it the right to read Disputes. Until then, disputed money is not booked.",
  reportAddress: "Address for delivery reports, to be entered at the gateway",
  reportAddressTwilio: "Nothing to enter: each message carries it",
  keysRefused: "The channel refuses these keys. Check them, and enter them again.",
  keysNotAnswered: "The channel has not answered yet whether these keys are right.",
  addressesRegistered: "The addresses are registered.",
  addressesRefused: "The addresses could not be registered.",
} as const;
