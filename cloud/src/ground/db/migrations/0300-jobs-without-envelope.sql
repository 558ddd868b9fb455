-- Back-ups of before wrote a waiting job in the queue's envelope. A hub that was restored from one gave handlers the envelope, and the jobs failed.
update job_outbox set data = data -> 'data'
  where data ?& array['name', 'data', 'jobId', 'createdAtMs'] and data ->> 'jobId' = job_id and data ->> 'name' = name;
update dead_jobs set data = data -> 'data'
  where data ?& array['name', 'data', 'jobId', 'createdAtMs'] and data ->> 'jobId' = job_id and data ->> 'name' = name;
