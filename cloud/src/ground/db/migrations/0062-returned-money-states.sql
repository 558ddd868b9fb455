-- Plain words: the money left us, or it came back.
alter table returned_money drop constraint returned_money_state_check;
update returned_money set state = case state when 'gone' then 'left-us' else 'came-back' end;
alter table returned_money add constraint returned_money_state_check check (state in ('left-us', 'came-back'));

-- Refunds carry our name at their channel since the hub that brought 0052. Those that were done before have none there.
alter table refunds add column has_name_at_channel boolean not null default true;
update refunds set has_name_at_channel = false
  where method = 'channel' and state = 'done' and result_receipt is null
    and changed_at_ms < (select applied_at_ms from migrations where name like '0052-%');
