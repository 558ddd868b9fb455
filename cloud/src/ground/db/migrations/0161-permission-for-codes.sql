-- Codes that nobody has used are cash: to see them is a permission of its own. Who could make and print vouchers keeps what they could.
update roles set permissions = permissions || '["vouchers.codes"]'
  where permissions ? 'vouchers.manage' and not permissions ? 'vouchers.codes';
update api_tokens set scopes = scopes || '["vouchers.codes"]'
  where scopes ? 'vouchers.manage' and not scopes ? 'vouchers.codes';
