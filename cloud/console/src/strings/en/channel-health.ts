/** What goes wrong at a payment channel, in English. */
export const enChannelHealth = {
  circuit_open: "The hub asks nothing here for a while",
  circuit_half_open: "The hub tries again now",
  circuitWhy:
    "It failed several times in a row. Payments that only a callback reported are proved later. Sales continue, and anything that you or a customer ask is asked at once.",
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
  reportAddressTwilio: "For replies, such as STOP; reports need nothing:",
  keysRefused: "The channel refuses these keys. Check them, and enter them again.",
  keysNotAnswered: "The channel has not answered yet whether these keys are right.",
  addressesRegistered: "The addresses are registered.",
  addressesRefused: "The addresses could not be registered.",
  recording: "What really comes from this channel",
  recordingWhy:
    "The channel's documentation leaves some things open. All messages that are still kept are compared with it here: fields, forms, codes and times, as they were recorded. No customer is named.",
  recordingEmpty: "Nothing has come yet.",
  recordingSpan: "Messages that are compared: {count}, from {from} to {until}.",
  recordingCut: "Newer ones are not compared.",
  recordingUnproved: "No kind of answer has been right about this channel's money yet, so none can disprove a payment.",
  recordingProved: "These have been right about this channel's money, and can disprove a payment: {sources}.",
  recordedDiffers: "Not in the documentation",
  recordedNothing: "Nothing recorded yet.",
  recordedDocumented: "Documented:",
  recorded_callback_repeated: "Does it repeat its messages?",
  recorded_source_address: "From which addresses do messages come?",
  recorded_keys_stk_callback: "Fields of the answer to a prompt",
  recorded_keys_c2b_confirmation: "Fields of a payment notice",
  recorded_keys_pull: "Fields of a row in the list of payments",
  recorded_keys_call_result: "Fields of the result of a question",
  recorded_callback_codes: "Codes in answers to prompts",
  recorded_query_zero: "What does 0 mean while a prompt may be open?",
  recorded_prompt_also_confirmed: "Does a prompt's money also come as a payment notice?",
  recorded_payer_form: "How is the payer's number shown?",
  recorded_payer_hash_input: "Which form of the number is hashed?",
  recorded_list_time_zone: "Is the time in the list UTC?",
  recorded_list_row_age: "How old is a payment when the list first shows it?",
  recorded_list_kinds: "Kinds of rows in the list",
  recorded_status_age: "How old is a payment when a question first finds it?",
  recorded_result_codes: "Codes in results of questions",
} as const;
