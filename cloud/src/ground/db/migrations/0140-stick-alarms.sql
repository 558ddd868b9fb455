-- The page of a site shows whether its agent said that the stick is likely to fail.
create index alarms_of_sticks on alarms (provider_id, site_id, received_at_ms desc) where name = 'stick-wears';
