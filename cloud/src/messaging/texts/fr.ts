/** What text messages say, in French. Letters of GSM-7 alone: it has é, è, à and ù, and neither ê nor ç. */
import type { SmsWords } from "./language-file.ts";

const units = { day: "jour", hour: "heure", minute: "minute" };

export const fr: SmsWords = {
  months: ["janv", "févr", "mars", "avr", "mai", "juin", "juil", "aout", "sept", "oct", "nov", "déc"],
  payHelp: {
    code: "Tapez-le sur la page du Wi-Fi, aussi si la connexion se perd.",
    phone: 'Si la connexion se perd, ouvrez la page du Wi-Fi et touchez "J\'ai déjà payé".',
  },
  until: (moment) => `jusqu'au ${moment}`,
  fromLogIn: (count, unit) => `${count} ${units[unit]}${count > 1 ? "s" : ""} après la connexion`,
  logInCode: (code, provider) =>
    `${code} est votre code de connexion pour ${provider}. Il vaut 5 minutes. Ne le donnez à personne.`,
  trialCode: (code, provider) =>
    `${code} est votre code pour essayer ${provider} gratuitement. Il vaut 5 minutes. Ne le donnez à personne.`,
  // A narrow space would turn the whole text into UCS-2, in which an SMS holds less than half.
  amount: (digits) => digits.replaceAll(",", " ").replace(".", ","),
  templates: {
    paid: "{provider}: vous avez payé {amount} pour {plan}.[ Votre code: {code}.][ Valable {until}.][ Réf. {receipt}.][ Il vous reste {credit}.][ {help}]",
    voucher:
      "{provider}: votre code pour {plan}: {code}[, numéro de contrôle {pin}]. Connectez-vous au Wi-Fi et tapez-le sur sa page.",
    "renewal-prompt":
      "{provider}: {plan} finit sous peu. Votre téléphone va demander {amount}, votre crédit paie le reste. Entrez votre PIN.",
    "renewal-stopped":
      "{provider}: votre crédit ne suffit pas pour renouveler {plan}. Ajoutez {amount}; il reprend dès que l'argent est là.",
    "reminder-before": "{provider}: {plan} finit le {due}. Payez {amount} pour continuer: {link}",
    "reminder-due": "{provider}: {plan} finit aujourd'hui, {due}. Payez {amount} pour continuer: {link}",
    "reminder-after": "{provider}: {plan} est impayé depuis le {due}. Payez {amount} pour revenir: {link}",
    expired: "{provider}: {plan} est fini depuis le {due}.[ Payez {amount} et vous revenez tout de suite: {link}]",
    suspended: "{provider}: votre ligne {plan} est suspendue.[ Questions: {phone}.]",
    renewed: "{provider}: {plan} est payé jusqu'au {until}. Vous avez payé {amount}.[ Il vous reste {credit}.]",
    outage: "{provider}: internet est coupé à {site} depuis le {from}. Nous y travaillons.",
    "outage-over": "{provider}: internet est revenu à {site}. Merci de votre patience.",
    "work-planned": "{provider}: travaux prévus à {site} du {from} au {until}. Internet pourra manquer. {words}",
    "work-cancelled": "{provider}: les travaux prévus à {site} le {from} n'ont pas lieu.",
    "ticket-answer": "{provider}, ticket {number}: {answer}",
    "document-link": "{provider}: {document} {number}, {amount}: {link}",
  },
};
