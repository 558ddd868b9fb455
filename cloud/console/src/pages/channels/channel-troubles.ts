import { html, nothing, type TemplateResult } from "lit";
import { facts } from "../../components/facts.ts";
import type { ChannelDetail } from "../../data/money/channels.ts";
import { dateTime, type Zone } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

/** What is wrong at a channel apart from its keys and its initiator, and what to do. Nothing when all is well. */
export function channelTroubles({ circuit }: ChannelDetail, zone: Zone): TemplateResult | typeof nothing {
  if (circuit === null) return nothing;
  return html`<section class="card pad panel" role="status">
    <p><span class="badge warn">${word("circuit", circuit.state)}</span></p>
    <p class="below">${say("circuitWhy")}</p>
    ${facts([
      [say("circuitProblem"), circuit.problem],
      [say("circuitSince"), dateTime(circuit.sinceMs, zone)],
      circuit.state === "open" ? [say("circuitNextTry"), dateTime(circuit.nextTryAtMs, zone)] : null,
    ])}
  </section>`;
}
