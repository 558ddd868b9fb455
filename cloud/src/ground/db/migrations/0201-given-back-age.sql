-- What sites gave back is forgotten after a time: old rows are found by their place on disk.
create index restored_rows_age on restored_rows using brin (at_ms);
