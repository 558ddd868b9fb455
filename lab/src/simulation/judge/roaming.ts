/**
 * Two sites and a code that walks from one to the other: it is worth its plan once (NO-GIFT), in one place at a time, and whoever has it gets it at
 * either site when nothing is in the way (NO-THEFT). A site that can ask nobody gives its bridge, once.
 */
import type { Chronicle, Fact, Right, Violation } from "./chronicle.ts";
import { broken, historyOf } from "./history.ts";
import { inOnePlace, lets, ofBridge, ofUse } from "./roaming-rules.ts";

export interface RoamingChronicle extends Pick<Chronicle, "plans" | "phones"> {
  /** `bridgeId`: what a site gives of it that can ask nobody. */
  readonly rights: readonly (Right & { readonly bridgeId: string })[];
  readonly bridge: { readonly seconds: number; readonly dataBytes: number };
  /** What happened at each. */
  readonly sites: readonly (readonly Fact[])[];
  readonly hub: readonly Fact[];
}

export function judgeRoaming({ plans, phones, rights, bridge, sites, hub }: RoamingChronicle): Violation[] {
  const all = rights.flatMap((right) => [right, { ...right, rightId: right.bridgeId }]);
  const histories = sites.map((facts) => historyOf({ plans, phones, rights: all, facts: [...facts] }));
  const { hubAway } = historyOf({ plans, phones, rights: [], facts: [...hub] });
  const deaths = histories.flatMap(({ agentAway, dark }) => [...agentAway, ...dark]);
  const disturbed = [...hubAway, ...deaths, ...histories.flatMap(({ troubles }) => troubles)];
  const town = { sites: histories, disturbed, deaths, bridge };
  const threw = [...sites.flat(), ...hub].flatMap((fact) => (fact.kind === "threw" ? [fact] : []));
  return [
    ...threw.map(({ atMs, what }) => broken("NO-CRASH", atMs, what)),
    ...rights.flatMap((right) => [
      ...inOnePlace(town, right),
      ...ofUse(town, right),
      ...ofBridge(town, right),
      ...lets(town, right),
    ]),
  ];
}
