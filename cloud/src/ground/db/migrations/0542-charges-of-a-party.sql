-- A statement of account also shows what was paid at once and never was credit.
create index document_charges_party on document_charges (provider_id, party) where party is not null;
