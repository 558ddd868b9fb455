/** What the checks of the sub-domain and of the credit for outages found, in words. Pure. */
import type { checkOutageCredit, checkSubdomain } from "../../data/tenancy/setting-checks.ts";
import { dateTime, duration, type Zone } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

type Subdomain = Awaited<ReturnType<typeof checkSubdomain>>;
type Outage = Awaited<ReturnType<typeof checkOutageCredit>>;

export function subdomainText({ host, outcome, leadsHere }: Subdomain): string {
  const text = word("subdomainOutcome", outcome, { host: host ?? "" });
  // Where another machine answers, or none, it helps to know whether the name leads to the hub at all.
  const isElsewhere = leadsHere === "no" && outcome !== "answers" && outcome !== "no-address";
  return isElsewhere ? `${text} ${say("subdomainElsewhere")}` : text;
}

export function outageText({ isOn, rule, outage }: Outage, zone: Zone): string {
  const minutes = Math.round(rule.minSeconds / 60);
  const parts = isOn ? [] : [say("outageOff", { minutes })];
  if (outage === null) return [...parts, say("outageNone")].join(" ");
  const { site, fromMs, toMs, by } = outage;
  const when = { site, from: dateTime(fromMs, zone), length: duration((toMs - fromMs) / 1000) };
  return [...parts, word("outageSeen", by, when), givenText(outage, minutes)].join(" ");
}

function givenText(outage: NonNullable<Outage["outage"]>, minutes: number): string {
  const { countedSeconds, grants, seconds, secondsMost } = outage;
  if (countedSeconds === null) return say("outageShort", { minutes });
  if (seconds === null || secondsMost === null) return say("outageGiven", { grants });
  const counted = duration(countedSeconds);
  if (grants === 0) return say("outageNobody", { counted });
  return say("outageWould", { counted, grants, most: duration(secondsMost), all: duration(seconds) });
}
