import { html, nothing, type TemplateResult } from "lit";
import { facts } from "../../components/facts.ts";
import { rawText } from "../../components/raw-text.ts";
import type { ChannelDetail } from "../../data/money/channels.ts";
import { dateTime, type Zone } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

/** What is wrong at a channel apart from its keys and its initiator, and what to do. Nothing when all is well. */
export function channelTroubles({ circuit, troubles }: ChannelDetail, zone: Zone): TemplateResult {
  return html`${troubles.map(
    ({ kind, reason, said, sinceMs }) => html`<section class="card pad panel" role="status">
      <p><span class="badge ${kind === "fails-customers" ? "bad" : "warn"}">${word("trouble", kind)}</span></p>
      <p class="below">${word("troubleDo", reason)}</p>
      ${facts([[say("circuitSince"), dateTime(sinceMs, zone)]])}
      ${rawText(said)}
    </section>`,
  )}
  ${circuit === null ? nothing : circuitCard(circuit, zone)}`;
}

function circuitCard(circuit: NonNullable<ChannelDetail["circuit"]>, zone: Zone): TemplateResult {
  return html`<section class="card pad panel" role="status">
    <p><span class="badge warn">${word("circuit", circuit.state)}</span></p>
    <p class="below">${say("circuitWhy")}</p>
    ${facts([
      [say("circuitSince"), dateTime(circuit.sinceMs, zone)],
      circuit.state === "open" ? [say("circuitNextTry"), dateTime(circuit.nextTryAtMs, zone)] : null,
    ])}
    ${rawText(circuit.problem)}
  </section>`;
}
