-- What somebody typed as the account is looked up by index: exactly, with look-alike letters, or one letter apart. Two texts that are
-- one letter apart (added, lost, changed, or two neighbours swapped) share a text that lacks one letter.
create function karibu_near_keys(key text) returns text[] language sql immutable parallel safe as $near$
  select array(select distinct substr(key, 1, at - 1) || substr(key, at + 1) from generate_series(1, length(key)) at) || key
$near$;
create index pay_accounts_folded on pay_accounts (provider_id, (translate(account_key, 'OILSBZ', '011582'))) where active;
create index pay_accounts_near on pay_accounts using gin (karibu_near_keys(translate(account_key, 'OILSBZ', '011582'))) where active;
