-- What was taken in and not judged: few rows at any moment, looked for when a process starts and now and then.
create index evidence_unjudged on evidence (received_at_ms) where state = 'new';
-- The next jobs to move, without a look at those that are gone.
create index job_outbox_waiting on job_outbox (seq) where state = 'waiting';
