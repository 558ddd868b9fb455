-- What came is sealed: it names payers. Rows of before are sealed by the hub, which has the key; `body` is empty then.
alter table evidence add column body_sealed bytea;
drop index evidence_with_text;
create index evidence_with_text on evidence (received_at_ms) where body_sealed is not null;
create index evidence_unsealed on evidence (provider_id, evidence_id) where body <> '';

-- The same for callbacks that name no channel of ours.
alter table stray_callbacks add column body_sealed bytea;
grant update on stray_callbacks to karibu_platform;
create index stray_callbacks_unsealed on stray_callbacks (stray_id) where body <> '';
