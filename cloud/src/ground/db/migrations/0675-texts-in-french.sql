-- Texts to customers have French too; which languages there are is the program's to say (cloud/src/messaging/texts/every-language.ts).
alter table message_templates drop constraint message_templates_locale_check;
alter table message_templates add constraint message_templates_locale_check check (locale ~ '^[a-z]{2}$');
