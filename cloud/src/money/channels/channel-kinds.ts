/** The kinds of payment channel that the hub has, as the list of channels gives them. */
import { z } from "zod";
import type { ChannelRow } from "./channel.ts";
import type { ChannelDefinition, ChannelFacts, ChannelKind } from "./channel-contract.ts";

/** A kind that people add, with its fields. */
export type OfferedKind = ChannelKind & { readonly fields: NonNullable<ChannelKind["fields"]> };

/** Such a channel takes whole multiples of it in this currency. */
export const stepOf = ({ amountCentsStep, amountCentsStepIn }: ChannelFacts, currency: string): number =>
  amountCentsStepIn?.(currency) ?? amountCentsStep;

export interface ChannelKinds {
  readonly names: readonly string[];
  /** Checks that a text names one of them. */
  readonly nameSchema: z.ZodType<string>;
  readonly offered: readonly OfferedKind[];
  /** Throws for a kind that no definition lists. */
  definitionOf(kind: string): ChannelDefinition;
  kindOf(kind: string): ChannelKind;
  factsOf(kind: string): ChannelFacts;
  /** The currency that this channel moves. Null: any price of its provider's. */
  currencyOf(channel: Pick<ChannelRow, "kind" | "settings">): string | null;
  /** The kind whose immediate payments come from there. */
  paidFrom(source: NonNullable<ChannelFacts["paidFrom"]>): ChannelKind;
  /** Kinds that people pay through immediately: nobody is asked, and the channel holds no money. */
  readonly immediate: readonly string[];
  onRail(rail: string): readonly string[];
  /**
   * How it can ask for this sum without a purchase: on a phone, if its callback names the receipt, else nobody could say which money came of it; on a
   * page of its own, for it answers what became of an order. Null: it can't.
   */
  asksBy(kind: string, sum: { readonly amountCents: number; readonly currency: string }): "phone" | "page" | null;
  /** The smallest sum of one payment through this channel, minor units. @param currency of its provider */
  smallestCents(channel: Pick<ChannelRow, "kind" | "settings">, currency: string): number;
  /** Can this money pay for that purchase? A receipt counts once on its own rail, and five shillings are not five dollars. */
  canPayFor(
    money: { readonly rail: string; readonly currency: string },
    purchase: { readonly kind: string; readonly currency: string },
  ): boolean;
}

export function createChannelKinds(definitions: readonly ChannelDefinition[]): ChannelKinds {
  const byName = new Map(
    definitions.flatMap((definition) => definition.kinds.map((kind) => [kind.kind, { definition, kind }] as const)),
  );
  const names = [...byName.keys()];
  const find = (name: string) => {
    const found = byName.get(name);
    if (found === undefined) throw new RangeError(`no payment channel of the kind ${name}`);
    return found;
  };
  const factsOf = (kind: string) => find(kind).definition.facts;
  return {
    names,
    nameSchema: z.enum(names),
    offered: [...byName.values()].flatMap(({ kind }) =>
      kind.fields === null ? [] : [{ ...kind, fields: kind.fields }],
    ),
    definitionOf: (kind) => find(kind).definition,
    kindOf: (kind) => find(kind).kind,
    factsOf,
    currencyOf: ({ kind, settings }) => settings.currency ?? factsOf(kind).currency,
    paidFrom(source) {
      const name = names.find((each) => factsOf(each).paidFrom === source);
      if (name === undefined) throw new RangeError(`no payment channel takes money from ${source}`);
      return find(name).kind;
    },
    immediate: names.filter((name) => factsOf(name).pays === "immediate"),
    asksBy(kind, { amountCents, currency }) {
      const { facts, readers } = find(kind).definition;
      if (amountCents % stepOf(facts, currency) !== 0 || amountCents > facts.amountCentsMax) return null;
      if (facts.pays === "page") return "page";
      return facts.pays === "phone" && readers.readCallback !== null && readers.readInflow !== null ? "phone" : null;
    },
    smallestCents: ({ kind }, currency) => stepOf(factsOf(kind), currency),
    onRail: (rail) => names.filter((name) => factsOf(name).rail === rail),
    canPayFor: (money, purchase) => factsOf(purchase.kind).rail === money.rail && purchase.currency === money.currency,
  };
}
