/** What the first page shows, as plain values. */
import type { Plan } from "@karibu/protocol/plan";
import { displayName } from "@karibu/protocol/plan-name";
import type { Available, PortalState } from "@karibu/protocol/portal-api";
import type { Advice, Strings } from "../../strings/en.ts";
import { endReasons } from "../../strings/end-reasons.ts";
import { dataBase, dataText, durationText, type Money, money, speedText } from "../../strings/format.ts";

export interface Ticket {
  readonly planId: string;
  readonly name: string;
  readonly price: Money;
  /** What one gets: the first is the main thing. */
  readonly facts: readonly string[];
}

export interface TicketGroup {
  readonly title: string | null;
  readonly tickets: readonly Ticket[];
}

const daySeconds = 86_400;

/** Few packages stand as one list; more are put under the time they last. */
export function ticketGroups(plans: readonly Plan[], words: Strings): TicketGroup[] {
  if (plans.length <= 4) return [{ title: null, tickets: plans.map((plan) => ticketOf(plan, words)) }];
  const spans: { title: string; fits: (seconds: number | null) => boolean }[] = [
    { title: words.groupDay, fits: (seconds) => seconds !== null && seconds <= daySeconds },
    {
      title: words.groupWeek,
      fits: (seconds) => seconds !== null && seconds > daySeconds && seconds <= 7 * daySeconds,
    },
    {
      title: words.groupMonth,
      fits: (seconds) => seconds !== null && seconds > 7 * daySeconds && seconds <= 31 * daySeconds,
    },
    { title: words.groupOther, fits: (seconds) => seconds === null || seconds > 31 * daySeconds },
  ];
  return spans
    .map(({ title, fits }) => ({
      title,
      tickets: plans
        .filter((plan) => fits(plan.terms.validitySeconds ?? plan.terms.useSeconds))
        .map((plan) => ticketOf(plan, words)),
    }))
    .filter((group) => group.tickets.length > 0);
}

export function ticketOf(plan: Plan, words: Strings): Ticket {
  const price = money(plan.priceCents, plan.currency);
  return { planId: plan.planId, name: displayName(plan.name), price, facts: planFacts(plan, words) };
}

export function planFacts(plan: Plan, words: Strings): string[] {
  const { terms } = plan;
  const facts = [terms.dataBytes === null ? words.unlimitedData : dataText(terms.dataBytes)];
  if (terms.validitySeconds !== null) facts.push(durationText(terms.validitySeconds, words));
  if (terms.useSeconds !== null) facts.push(words.onlineTime(durationText(terms.useSeconds, words)));
  if (terms.validitySeconds === null && terms.useSeconds === null && terms.validUntilMs === null)
    facts.push(words.unlimitedTime);
  if (terms.downKbps !== null) facts.push(words.upTo(speedText(terms.downKbps)));
  if (terms.devices > 1) facts.push(words.deviceCount(terms.devices));
  return facts;
}

/** What happened to what this phone had last; null: nothing to say. */
export function endedAdvice({ ended, online }: Pick<PortalState, "ended" | "online">, words: Strings): Advice | null {
  if (ended == null || online !== null) return null;
  const reason = endReasons.find((one) => one === ended.reason) ?? "other";
  return words.ended[reason](displayName(ended.planName));
}

/** `700 MB · 5 hours left`: what is left of something bought. */
export function whatIsLeft(one: Available, words: Strings): string {
  const parts: string[] = [];
  if (one.bytesLeft !== null) parts.push(dataText(one.bytesLeft, dataBase(one.bytesLeft + one.bytesUsed)));
  if (one.secondsLeft !== null) parts.push(durationText(one.secondsLeft, words));
  return parts.length === 0 ? words.noLimit : `${parts.join(" · ")} ${words.left}`;
}
