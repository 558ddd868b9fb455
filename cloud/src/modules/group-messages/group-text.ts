/** The text of a group's message for one customer, and what all of them will cost. */
import type { MessageRules } from "../../messaging/message-rules.ts";
import { plainLetters } from "../../messaging/plain-letters.ts";
import { dayText } from "../../messaging/texts/date-texts.ts";
import { customersLocale } from "../../messaging/texts/every-language.ts";
import { fillTemplate } from "../../messaging/texts/fill-template.ts";
import { smsLength } from "../../messaging/texts/sms-parts.ts";
import type { Member } from "./group-members.ts";

export interface GroupOf {
  readonly words: string;
  readonly class: "service" | "marketing";
}

interface Sender {
  readonly name: string;
  readonly locale: string;
  readonly portalLanguage: string | null;
  readonly utcOffsetMinutes: number;
  readonly currency: string;
}

/** Marketing ends with the way out of it. */
export function groupText(
  group: GroupOf,
  member: Pick<Member, "name" | "plan" | "dueMs">,
  sender: Sender,
  rules: MessageRules,
): string {
  const { plan, dueMs } = member;
  const text = fillTemplate(group.words, {
    provider: plainLetters(sender.name),
    name: plainLetters(member.name),
    plan: plan === null ? null : plainLetters(plan),
    due: dueMs === null ? null : dayText(dueMs, sender.utcOffsetMinutes, customersLocale(sender)),
  });
  return group.class === "marketing" ? `${text} ${rules.wayOut}` : text;
}

export interface GroupCost {
  readonly parts: number;
  /** Thousandths of a minor unit; null: no price of an SMS was entered. */
  readonly costMillicents: number | null;
}

export function costOf(texts: readonly string[], { partPriceMillicents: price }: MessageRules): GroupCost {
  const parts = texts.reduce((sum, text) => sum + smsLength(text).parts, 0);
  return { parts, costMillicents: price === 0 ? null : parts * price };
}
