-- What a browser shows is written in the language that its person reads the console in. Null: told by a console that did not say it yet.
alter table push_subscriptions add column locale text check (locale in ('en', 'sw'));
