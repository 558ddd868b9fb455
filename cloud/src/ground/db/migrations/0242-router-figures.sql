-- What routers' figures were, an hour a row, as the sites' journals told them.
create table router_figures (
  provider_id text not null references providers,
  site_id text not null,
  epoch text not null,
  seq bigint not null,
  from_ms bigint not null, -- of the first sample, by the site's clock
  from_stamped_ms bigint not null, -- what the site wrote
  packed text, -- each sample; null: only the sums below are kept
  samples bigint not null,
  cpu_percent bigint, -- mean
  cpu_percent_max bigint,
  free_memory_mib bigint, -- least
  total_memory_mib bigint,
  free_disk_mib bigint, -- least
  sessions bigint, -- most
  temperature_tenths bigint, -- most
  interfaces jsonb not null, -- [{name, receivedKib, sentKib, errors}]
  received_at_ms bigint not null,
  primary key (provider_id, site_id, epoch, seq)
);
create index router_figures_of_site on router_figures (provider_id, site_id, from_ms);
create index router_figures_old on router_figures (received_at_ms);
select karibu_guard('router_figures');
