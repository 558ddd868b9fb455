-- An invoice that is to be paid has an account number of its own (`pay_accounts.kind` = 'order').
create unique index pay_accounts_invoice on pay_accounts (provider_id, invoice_id) where invoice_id is not null;
create index invoices_open on invoices (provider_id, party) where state = 'issued' and party is not null;
create index receipts_credit_of on receipts (provider_id, party) where state = 'credit';
