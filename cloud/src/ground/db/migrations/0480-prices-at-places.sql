-- Other prices of a plan at some sites, in some regions, or in another currency: `placePriceSchema`. The plan's own price holds elsewhere.
alter table plans add column prices jsonb not null default '[]';
