-- Callbacks that came again, word for word. The fact itself is one row; this is only that it was repeated, and when first.
create table repeated_evidence (
  provider_id text not null references providers,
  source text not null,
  natural_key text not null,
  body_hash text not null,
  first_again_at_ms bigint not null,
  primary key (provider_id, source, natural_key, body_hash)
);
select karibu_guard('repeated_evidence');
create index repeated_evidence_age on repeated_evidence (first_again_at_ms);
