/** What text messages say, in English. */
import type { SmsWords } from "./language-file.ts";

export const en: SmsWords = {
  months: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
  payHelp: {
    code: "Type it on the Wi-Fi page, also if you lose the connection.",
    phone: 'If you lose the connection, open the Wi-Fi page and tap "I already paid".',
  },
  until: (moment) => `until ${moment}`,
  fromLogIn: (count, unit) => `for ${count} ${unit}${count === 1 ? "" : "s"} from log-in`,
  logInCode: (code, provider) => `${code} is your log-in code for ${provider}. It lasts 5 minutes. Give it to nobody.`,
  trialCode: (code, provider) =>
    `${code} is your code for a free trial of ${provider}. It lasts 5 minutes. Give it to nobody.`,
  amount: (digits) => digits,
  templates: {
    paid: "{provider}: you paid {amount} for {plan}.[ Your code is {code}.][ Valid {until}.][ Receipt {receipt}.][ You have {credit} left.][ {help}]",
    voucher:
      "{provider}: your code for {plan} is {code}[, check number {pin}]. Join the Wi-Fi and type it on the log-in page.",
    "renewal-prompt":
      "{provider}: {plan} ends soon. Your phone will ask for {amount}, your credit pays the rest. Enter your PIN to go on.",
    "renewal-stopped":
      "{provider}: your credit is not enough to renew {plan}. Add {amount}; it goes on as soon as the money is here.",
    "reminder-before": "{provider}: {plan} ends on {due}. Pay {amount} to go on: {link}",
    "reminder-due": "{provider}: {plan} ends today, {due}. Pay {amount} to go on: {link}",
    "reminder-after": "{provider}: {plan} is unpaid since {due}. Pay {amount} to come back: {link}",
    expired: "{provider}: {plan} ended on {due}.[ Pay {amount} and you are back at once: {link}]",
    suspended: "{provider}: your line {plan} is suspended.[ Questions: {phone}.]",
    renewed: "{provider}: {plan} is paid until {until}. You paid {amount}.[ You have {credit} left.]",
    outage: "{provider}: the internet at {site} is away since {from}. We are working on it.",
    "outage-over": "{provider}: the internet at {site} is back. Thank you for your patience.",
    "work-planned": "{provider}: work is planned at {site} from {from} to {until}. The internet may be away. {words}",
    "work-cancelled": "{provider}: the work planned at {site} on {from} does not take place.",
    "ticket-answer": "{provider}, ticket {number}: {answer}",
    "document-link": "{provider}: your {document} {number}, {amount}: {link}",
  },
};
