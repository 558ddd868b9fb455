-- How often judging this fact has failed. One that can't be judged leaves the queue, and a person sees it.
alter table evidence add column tries integer not null default 0;
