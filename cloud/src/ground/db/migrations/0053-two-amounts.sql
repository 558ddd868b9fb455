-- Money in a customer's credit of which two sources name two amounts: a person is asked.
create index receipts_two_amounts on receipts (provider_id, booked_at_ms desc)
  where state = 'credit' and note = 'two sources name two amounts';
-- What a customer has paid by hand: of an underpaid account number, the parts.
create index receipts_of_party on receipts (provider_id, party, booked_at_ms) where state = 'credit';
