-- M-Pesa's messages as the SIM of a site's router receives them. None is read before a person switches that on for the site.
create table sim_inboxes (
  provider_id text not null references providers,
  site_id text not null,
  channel_id text not null, -- whose money the messages tell of
  sender text not null,
  since_ms bigint not null, -- what the SIM held before is never reported
  state text, -- what the site last said: it reads, or why it does not
  state_at_ms bigint,
  last_at_ms bigint, -- when it last told of money
  primary key (provider_id, site_id),
  foreign key (provider_id, site_id) references sites,
  foreign key (provider_id, channel_id) references channels
);
create index sim_inboxes_channel on sim_inboxes (provider_id, channel_id);
select karibu_guard('sim_inboxes');
