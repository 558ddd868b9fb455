/** The verdict in one plain sentence. */
import type { Verdict } from "../../data/back-office/person.ts";
import { dateTime, type Zone } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say, word } from "../../strings/strings.ts";

type Said = Pick<Verdict, "kind" | "atMs" | "siteName" | "planName" | "reason" | "isAsked">;

export function verdictText({ kind, atMs, siteName, planName, reason, isAsked }: Said, zone: Zone): string {
  const values = {
    time: atMs === null ? "" : dateTime(atMs, zone),
    site: siteName ?? say("aSite"),
    plan: planName === null ? say("whatTheyHave") : planTitle(planName),
  };
  switch (kind) {
    case "online":
      return atMs === null ? say("verdict_online_now", values) : say("verdict_online", values);
    case "site-away":
      return atMs === null ? say("verdict_site_away_never", values) : say("verdict_site_away", values);
    case "refused": {
      const why = { ...values, reason: word("refusal", reason ?? "") };
      // What the site says now is true now; what it said to the last log-in was true then.
      return isAsked || atMs === null ? say("verdict_refused", why) : say("verdict_refused_then", why);
    }
    case "left":
      if (atMs === null) return say("verdict_left_never", values);
      return reason === null
        ? say("verdict_left", values)
        : say("verdict_left_why", { ...values, reason: word("ending", reason) });
    case "ended":
      return atMs === null ? say("verdict_ended_then", values) : say("verdict_ended", values);
    case "payment-failed":
      return say("verdict_payment_failed", { ...values, reason: word("reason", reason ?? "other") });
    case "no-right":
      return atMs === null ? say("verdict_no_right_now", values) : say("verdict_no_right", values);
    default:
      return word("verdict", kind, values);
  }
}
