-- Tables of ground/http. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the table.

-- What a POST that moves money answered, so that its repetition gets the same answer.
create table idempotent_answers (
  provider_id text not null,
  route text not null, -- method and path as asked
  idempotency_key text not null,
  request_hash text not null, -- hex; the hub's sign on who asked what
  status integer, -- null: under way
  answer_sealed bytea,
  begun_at_ms bigint not null,
  begun_as text not null, -- who does the work: each beginning has another, so that a process which seemed dead writes nothing of one that took over
  primary key (provider_id, route, idempotency_key)
);
create index idempotent_answers_age on idempotent_answers (begun_at_ms);
select karibu_guard('idempotent_answers');
