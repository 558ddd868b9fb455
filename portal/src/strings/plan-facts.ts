import type { Plan } from "@karibu/protocol/plan";
import type { Strings } from "./en-first.ts";
import { dataText, durationText, speedText } from "./format.ts";

/** What a plan gives, in short phrases: data, time, speed, devices. */
export function planFacts(plan: Pick<Plan, "terms">, words: Strings): string[] {
  const { terms } = plan;
  const facts = [terms.dataBytes === null ? words.unlimitedData : dataText(terms.dataBytes, words)];
  if (terms.validitySeconds !== null) facts.push(durationText(terms.validitySeconds, words));
  if (terms.useSeconds !== null) facts.push(words.onlineTime(durationText(terms.useSeconds, words)));
  if (terms.validitySeconds === null && terms.useSeconds === null && terms.validUntilMs === null)
    facts.push(words.unlimitedTime);
  if (terms.downKbps !== null) facts.push(words.upTo(speedText(terms.downKbps, words)));
  if (terms.devices > 1) facts.push(words.deviceCount(terms.devices));
  if (terms.codes != null) facts.push(`× ${terms.codes}`);
  return facts;
}
