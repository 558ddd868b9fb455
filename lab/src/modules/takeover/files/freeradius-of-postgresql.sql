--
-- PostgreSQL database dump
--

-- Dumped from database version 14.11
SET statement_timeout = 0;
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);

CREATE FUNCTION public.note() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
  raise notice 'it''s; here';
  return new; end $$;

CREATE TABLE public.radcheck (
    id integer NOT NULL,
    username text DEFAULT ''::text NOT NULL,
    attribute text DEFAULT ''::text NOT NULL,
    op character varying(2) DEFAULT '=='::character varying NOT NULL,
    value text DEFAULT ''::text NOT NULL
);

COPY public.radacct (radacctid, acctsessionid, acctuniqueid, username, realm, nasipaddress, nasportid, nasporttype, acctstarttime, acctupdatetime, acctstoptime, acctinterval, acctsessiontime, acctinputoctets, acctoutputoctets, framedprotocol, framedipaddress) FROM stdin;
1	81100005	a20d	benard	\N	10.8.0.2	bridge	Ethernet	2026-11-20 05:53:50+00	\N	\N	300	1200	25558440	58031923	PPP	100.64.0.254
2	8000000d	dd7a	TIME8HRS01	\N	10.8.0.2	bridge	Wireless-802.11	2026-11-22 05:22:42.25+00	\N	2026-11-22 06:22:41+00	121	3599	30945199	634723029	\N	10.100.0.226
\.

COPY public.radcheck (id, username, attribute, op, value) FROM stdin;
1	benard	Cleartext-Password	:=	benard2541028
2	benard	NT-Password	:=	0B340A7005F4C900BF15E1D362239383
3	TIME8HRS01	Cleartext-Password	:=	TIME8HRS01
4	TIME8HRS01	Max-All-Session	:=	28800
5	back\\slash\ttab	Cleartext-Password	:=	w\\x
\.

INSERT INTO public.radreply VALUES (1, 'benard', 'Mikrotik-Rate-Limit', '=', '2M/4M');
INSERT INTO "public"."radreply" ("id", "username", "attribute", "op", "value") VALUES (2, E'TIME8HRS01', 'Session-Timeout', ':=', '3600'::text);

--
-- PostgreSQL database dump complete
--
