-- Evidence whose text is still there, by age: each hour the hub looks for what is too old.
create index evidence_with_text on evidence (received_at_ms) where body <> '';
