-- A platform admin invites somebody to become a provider.
alter table mailed_tokens drop constraint mailed_tokens_kind_check;
alter table mailed_tokens add constraint mailed_tokens_kind_check
  check (kind in ('password-reset', 'invitation', 'sign-up', 'sign-up-invitation'));
