-- A text message is marked before the gateway is asked. What a stopped hub left so may have been sent: nobody knows.
alter table messages drop constraint messages_state_check;
alter table messages add constraint messages_state_check
  check (state in ('waiting', 'sending', 'accepted', 'delivered', 'failed', 'unknown')) not valid;
alter table messages validate constraint messages_state_check;
