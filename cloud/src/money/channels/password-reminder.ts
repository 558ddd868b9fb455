/**
 * M-Pesa lets an initiator's password live 90 days; then reversals, payouts and questions about receipts stop. The provider's
 * owners are told by letter when 15, 5 and 1 days are left, and when it is over.
 */
import type { Mail } from "../../ground/mail/mailer.ts";

const dayMs = 86_400_000;
const lifeDays = 90;
const remindDays = [75, 85, 89, 90];

/** @returns days left, when a reminder is due that has not gone out since its day; null: none is */
export function passwordReminder(
  setAtMs: number | null,
  remindedAtMs: number | null,
  nowMs: number,
): { readonly daysLeft: number } | null {
  if (setAtMs === null) return null;
  const due = remindDays.findLast((day) => nowMs >= setAtMs + day * dayMs);
  if (due === undefined || (remindedAtMs !== null && remindedAtMs >= setAtMs + due * dayMs)) return null;
  return { daysLeft: Math.max(0, Math.ceil((setAtMs + lifeDays * dayMs - nowMs) / dayMs)) };
}

export function passwordLetter(
  to: string,
  locale: string,
  ends: { readonly channel: string; readonly daysLeft: number },
): Mail {
  const { channel, daysLeft } = ends;
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
