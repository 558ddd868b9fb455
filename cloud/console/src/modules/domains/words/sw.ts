/** Words of own domains, in Swahili. */
import type { enDomains } from "./en.ts";

export const swDomains: Record<keyof typeof enDomains, string> = {
  ownDomains: "Vikoa vyako",
  ownDomainsWhy:
    "Wateja wanapata ukurasa wao kwenye jina lako mwenyewe, lenye cheti. Kwanza thibitisha kwamba jina ni lako: pale uliponunua, ongeza rekodi ya TXT iliyo hapa chini. Kisha elekeza jina hapa (CNAME, au anwani ileile), na ubonyeze Angalia.",
  ownDomain: "Kikoa",
  ownDomainHint: "Kwa mfano wifi.example.com",
  addDomain: "Ongeza kikoa",
  domainRecord: "Rekodi ya TXT: jina",
  domainRecordValue: "Rekodi ya TXT: thamani",
  domainPointTo: "Jina linaelekea",
  domainProvedAt: "Rekodi ilionekana mwisho",
  domainShuts: "Rekodi haipo. Bila hiyo jina litaacha kufanya kazi: {when}.",
  domainRemoveSure: "Wateja hawatapata ukurasa wao kwenye {host} tena.",
  domainState_waiting: "Bado haijathibitishwa",
  domainState_proved: "Inafanya kazi",
  domainState_lost: "Rekodi haipo",
  domainState_shut: "Imefungwa",
  domainFound_proved: "Rekodi ya TXT ipo: jina ni lako.",
  domainFound_no_record:
    "Bado hakuna rekodi ya TXT ya jina hili. Rekodi mpya huchukua dakika kadhaa, wakati mwingine saa moja: angalia makosa ya kuandika, subiri, ujaribu tena.",
  domainFound_other_record:
    "Kuna rekodi ya TXT ya jina hili yenye thamani nyingine. Nakili thamani kutoka hapa, bila alama za nukuu, na uibadilishe.",
  domainFound_no_answer: "Hakuna seva ya majina ya kikoa hiki iliyojibu. Je, kikoa kimelipiwa? Jaribu tena baadaye.",
  domainFound_held_elsewhere:
    "Rekodi ni sahihi, lakini biashara nyingine pia imethibitisha jina hili na rekodi yake bado ipo. Ondoa rekodi nyingine ya TXT.",
  domainLeadsHere_yes: "Jina linaelekea kwenye hub hii.",
  domainLeadsHere_no:
    "Jina halielekei kwenye hub hii. Weka CNAME ya jina lililo juu. Ukiwa na huduma kama Cloudflare mbele, ndivyo inavyopaswa kuwa.",
  domainLeadsHere_unknown: "Hakuna aliyeweza kusema jina linaelekea wapi.",
  subject_domains: "Majina ya intaneti",
  maintenance_own_domains: "Kuthibitisha majina ya wenyewe",
};
