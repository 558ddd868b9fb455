-- Rows that every database has from its beginning.

insert into release_channels (channel, percent, paused, watch_since_ms, updated_at_ms)
values ('early', 0, false, 0, 0), ('stable', 0, false, 0, 0);

insert into revocation_stream (last_piece, leased_until_ms) values (0, 0);
