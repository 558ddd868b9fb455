--
-- PostgreSQL database dump
--

\restrict 3kQv8tYw

-- Dumped from database version 16.4
-- Dumped by pg_dump version 16.4

SET statement_timeout = 0;
SET standard_conforming_strings = on;

COPY public.radpostauth (id, username, pass, reply, calledstationid, callingstationid, authdate, class) FROM stdin;
1	njeri's	it's; "here"	Access-Reject	\N	AA:BB:CC:00:00:21	2026-11-20 05:53:50.123456+00	\N
2	insert into radcheck values (9,'nobody','Cleartext-Password',':=','x');	x	Access-Reject	\N	\N	2026-11-20 05:53:50+00	\N
\.

COPY public.radcheck (id, username, attribute, op, value) FROM stdin;
1	njeri's	Cleartext-Password	:=	it's
2	saa-8hrs	Cleartext-Password	:=	saa-8hrs
3	\N	Cleartext-Password	:=	x
4	slow-1	Cleartext-Password	:=	slow-word
\.

COPY public.radgroupreply (id, groupname, attribute, op, value) FROM stdin;
1	hrs8	Max-All-Session	:=	28800
2	hrs8	Mikrotik-Rate-Limit	:=	1M/4M
3	home	Framed-Protocol	:=	PPP
4	home	Ascend-Data-Rate	:=	5000000
\.

COPY public.radusergroup (id, username, groupname, priority) FROM stdin;
1	njeri's	home	0
2	saa-8hrs	hrs8	0
3	slow-1	home	0
\.

COPY public.radacct (radacctid, username, acctstarttime, acctsessiontime, acctinputoctets, acctoutputoctets, framedprotocol) FROM stdin;
1	saa-8hrs	2026-11-22 08:53:50+03	1200	25558440	58031923	\N
\.

--
-- PostgreSQL database dump complete
--

\unrestrict 3kQv8tYw
