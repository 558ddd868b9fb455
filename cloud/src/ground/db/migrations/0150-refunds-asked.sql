-- What somebody has asked for, newest first: sellers see what became of it.
create index refunds_asked_by on refunds (provider_id, asked_by, refund_id desc);
