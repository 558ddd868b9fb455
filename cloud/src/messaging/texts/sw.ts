/** What text messages say, in Swahili. */
import type { SmsWords } from "./language-file.ts";

const units = { day: "siku", hour: "saa", minute: "dakika" };

export const sw: SmsWords = {
  months: ["Jan", "Feb", "Mac", "Apr", "Mei", "Jun", "Jul", "Ago", "Sep", "Okt", "Nov", "Des"],
  payHelp: {
    code: "Uandike kwenye ukurasa wa Wi-Fi, pia ukipoteza mtandao.",
    phone: 'Ukipoteza mtandao, fungua ukurasa wa Wi-Fi na ubonyeze "Nimeshalipa".',
  },
  until: (moment) => `hadi ${moment}`,
  fromLogIn: (count, unit) => `kwa ${units[unit]} ${count} tangu kuingia`,
  logInCode: (code, provider) =>
    `${code} ni msimbo wako wa kuingia kwa ${provider}. Unadumu dakika 5. Usimpe mtu yeyote.`,
  trialCode: (code, provider) =>
    `${code} ni msimbo wako wa kujaribu ${provider} bure. Unadumu dakika 5. Usimpe mtu yeyote.`,
  amount: (digits) => digits,
  templates: {
    paid: "{provider}: umelipa {amount} kwa {plan}.[ Msimbo wako ni {code}.][ Inatumika {until}.][ Risiti {receipt}.][ Salio lako: {credit}.][ {help}]",
    voucher:
      "{provider}: msimbo wako wa {plan} ni {code}[, namba ya uhakiki {pin}]. Unganisha Wi-Fi na uuandike kwenye ukurasa wa kuingia.",
    "renewal-prompt":
      "{provider}: {plan} inakwisha. Simu yako itaulizwa {amount}, salio lako hulipa kilichobaki. Weka PIN ili kuendelea.",
    "renewal-stopped":
      "{provider}: salio halitoshi kufanya upya {plan}. Ongeza {amount}; itaendelea mara tu pesa zikifika.",
    "reminder-before": "{provider}: {plan} inaisha {due}. Lipa {amount} ili kuendelea: {link}",
    "reminder-due": "{provider}: {plan} inaisha leo, {due}. Lipa {amount} ili kuendelea: {link}",
    "reminder-after": "{provider}: {plan} haijalipwa tangu {due}. Lipa {amount} ili kurudi: {link}",
    expired: "{provider}: {plan} imeisha {due}.[ Lipa {amount} urudi mara moja: {link}]",
    suspended: "{provider}: laini yako {plan} imesimamishwa.[ Maswali: {phone}.]",
    renewed: "{provider}: {plan} imelipwa hadi {until}. Umelipa {amount}.[ Salio lako: {credit}.]",
    outage: "{provider}: intaneti ya {site} imekatika tangu {from}. Tunashughulikia; tutakujulisha ikirudi.",
    "outage-over": "{provider}: intaneti ya {site} imerudi. Asante kwa uvumilivu.",
    "work-planned": "{provider}: kazi imepangwa {site} kuanzia {from} hadi {until}. Intaneti inaweza kukatika. {words}",
    "work-cancelled": "{provider}: kazi iliyopangwa {site} {from} haitafanyika.",
    "ticket-answer": "{provider}, tiketi {number}: {answer}",
    "document-link": "{provider}: {document} {number}, {amount}: {link}",
  },
};
