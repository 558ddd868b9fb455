import { html } from "lit";
import type { AppContext } from "../../components/app-element.ts";
import { dateTime } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import type { Webhook } from "./webhooks.ts";

/** Is it on, does it take what is posted, did the hub switch it off? */
export function webhookState(webhook: Webhook, { zone }: AppContext) {
  const { active, failingSinceMs, switchedOffAtMs } = webhook;
  if (switchedOffAtMs !== null)
    return html`<span class="badge bad">${say("webhookSwitchedOff", { time: dateTime(switchedOffAtMs, zone) })}</span>`;
  if (!active) return html`<span class="badge">${say("ruleOff")}</span>`;
  if (failingSinceMs !== null)
    return html`<span class="badge bad">${say("webhookFails", { time: dateTime(failingSinceMs, zone) })}</span>`;
  return html`<span class="badge good">${say("ruleOn")}</span>`;
}
