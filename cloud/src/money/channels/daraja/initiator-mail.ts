/** Mail to a provider's owners about an M-Pesa initiator: M-Pesa refuses it, or its password expires. */
import type { Mail } from "../../../ground/mail/mail.ts";
import { plainLabel } from "../../../ground/mail/plain-name.ts";
import type { InitiatorReason, InitiatorRefused, PasswordEnds } from "../initiator-rules.ts";

const english: Readonly<Record<InitiatorReason, string>> = {
  "name-or-password":
    "The name or the password is wrong, or the password has run out (M-Pesa lets it live 90 days). Set a new password at M-Pesa and enter it in the console.",
  locked: "Its password is locked. Have it unlocked at M-Pesa, or set a new one there and enter it in the console.",
  "no-permission":
    "It may not ask about receipts. Give it the role for transaction status at M-Pesa, or enter another initiator in the console.",
  "bad-request":
    "M-Pesa can't read its questions. Most often the name or the certificate is wrong: enter both again in the console.",
  "short-code": "M-Pesa does not let this short code ask about receipts. Ask M-Pesa's business support why.",
};
const swahili: Readonly<Record<InitiatorReason, string>> = {
  "name-or-password":
    "Jina au nenosiri si sahihi, au nenosiri limekwisha muda (M-Pesa huliacha siku 90). Weka nenosiri jipya kwenye M-Pesa, kisha liweke kwenye dashibodi.",
  locked: "Nenosiri lake limefungwa. Omba M-Pesa walifungue, au weka jipya huko na uliweke kwenye dashibodi.",
  "no-permission":
    "Hana ruhusa ya kuuliza kuhusu risiti. Mpe ruhusa ya transaction status kwenye M-Pesa, au weka initiator mwingine kwenye dashibodi.",
  "bad-request": "M-Pesa haielewi maswali yake. Mara nyingi jina au cheti si sahihi: viweke tena kwenye dashibodi.",
  "short-code": "M-Pesa hairuhusu namba hii kuuliza kuhusu risiti. Uliza huduma ya biashara ya M-Pesa kwa nini.",
};

/** Says why M-Pesa refuses it, what stops, what goes on, and what to do. */
export function initiatorMail(to: string, locale: string, refused: InitiatorRefused): Mail {
  const { reason, stops } = refused;
  const [channel, initiatorName] = [plainLabel(refused.channel), plainLabel(refused.initiatorName)];
  const problem = refused.problem.replace(/[.\s]+$/, "");
  if (locale === "sw") {
    const what =
      stops === "everything"
        ? "Maswali kuhusu risiti, kubatilisha malipo na kutuma pesa vimesimama"
        : "Maswali kuhusu risiti yamesimama";
    return {
      to,
      subject: `M-Pesa inamkataa initiator wa ${channel}`,
      text: `M-Pesa inamkataa initiator ${initiatorName} wa ${channel}: ${problem}. ${swahili[reason]} Mahali: Njia za malipo, ${channel}. ${what} hadi hapo. Malipo yanayosubiri swali yanaendelea kusubiri, na yataulizwa mara tu. Kuuza kunaendelea.`,
    };
  }
  const what =
    stops === "everything"
      ? "Questions about receipts, reversals and payouts have stopped"
      : "Questions about receipts have stopped";
  return {
    to,
    subject: `M-Pesa refuses the initiator of ${channel}`,
    text: `M-Pesa refuses the initiator ${initiatorName} of ${channel}: ${problem}. ${english[reason]} You find it under Payment channels, ${channel}. ${what} until then. Payments that wait for a question go on waiting, and are asked about at once afterwards. Selling goes on.`,
  };
}

export function passwordMail(to: string, locale: string, { channel: label, daysLeft }: PasswordEnds): Mail {
  const channel = plainLabel(label);
  if (locale === "sw") {
    const when = daysLeft === 0 ? "limekwisha muda" : `litakwisha muda baada ya siku ${daysLeft}`;
    return {
      to,
      subject: `Nenosiri la M-Pesa la ${channel} ${when}`,
      text: `Nenosiri la initiator wa M-Pesa la ${channel} ${when}. Libadilishe kwenye M-Pesa, kisha liweke kwenye dashibodi: Njia za malipo. Bila hilo, kurudisha pesa na kuuliza kuhusu risiti hakufanyi kazi. Kuuza kunaendelea.`,
    };
  }
  const when = daysLeft === 0 ? "has run out" : `runs out in ${daysLeft} ${daysLeft === 1 ? "day" : "days"}`;
  return {
    to,
    subject: `The M-Pesa password of ${channel} ${when}`,
    text: `The password of the M-Pesa initiator of ${channel} ${when}. Change it at M-Pesa, then enter it in the console under Channels. Without it, refunds by M-Pesa and questions about receipts do not work. Selling goes on.`,
  };
}
