-- A statement of another account of the organisation's at M-Pesa (Working) says nothing about what customers paid: it covers no day.
alter table statements add column is_of_other_account boolean not null default false;
