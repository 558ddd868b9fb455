/** The first page as plain values. */
import type { Money } from "@karibu/protocol/money-text";
import { nameInWords } from "@karibu/protocol/plan-name";
import type { PlanOnOffer, PortalState } from "@karibu/protocol/portal-api";
import type { Strings } from "../../strings/en-first.ts";
import { moneyIn } from "../../strings/format.ts";
import { planFacts } from "../../strings/plan-facts.ts";

export interface Ticket {
  readonly planId: string;
  readonly name: string;
  readonly price: Money;
  /** Before the promotion; null: it costs what it usually does. */
  readonly usual: string | null;
  /** What the plan gives. The first fact is the main one. */
  readonly facts: readonly string[];
}

export interface TicketGroup {
  readonly title: string | null;
  readonly tickets: readonly Ticket[];
}

const daySeconds = 86_400;

/** Up to four packages form one list; more are grouped by their validity. */
export function ticketGroups(plans: readonly PlanOnOffer[], words: Strings): TicketGroup[] {
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

export function ticketOf(plan: PlanOnOffer, words: Strings): Ticket {
  const { planId, currency, usualCents } = plan;
  const price = moneyIn(words, plan.priceCents, currency);
  const usual = usualCents === undefined ? null : moneyIn(words, usualCents, currency).amount;
  return { planId, name: nameInWords(plan.name, words.planWords), price, usual, facts: planFacts(plan, words) };
}

/** Has this phone been here before, or did something befall it? Then there is more to say than what is for sale: `home-news.ts`, which comes later. */
export function hasNews(
  { online, available, purchase, held, ended }: PortalState,
  hotspotSaid: string | null,
): boolean {
  return (
    online !== null || available.length > 0 || isOpen(purchase) || held != null || ended != null || hotspotSaid !== null
  );
}

/** Does this purchase still wait for its payment? */
export const isOpen = (purchase: PortalState["purchase"]): boolean =>
  purchase !== null && purchase.state !== "failed" && purchase.state !== "paid";
