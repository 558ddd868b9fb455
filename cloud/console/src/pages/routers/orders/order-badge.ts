import { orderRefusalOf } from "@karibu/protocol/router/order-refusals";
import { html, nothing, type TemplateResult } from "lit";
import { rawText } from "../../../components/raw-text.ts";
import type { Order } from "../../../data/fleet/routers.ts";
import { say, word, wordOr } from "../../../strings/strings.ts";

const tones: Readonly<Record<string, string>> = {
  waiting: "warn",
  sent: "warn",
  done: "good",
  differs: "bad",
  refused: "bad",
  undone: "bad",
  expired: "bad",
  unknown: "bad",
};

type Ended = Pick<Order, "why"> & { readonly state: string; readonly place?: number | null };

/** An order's state, with its place while it waits. */
export function orderBadge({ state, place = null }: Ended): TemplateResult {
  const text = word("orderState", state);
  return html`<span class="badge ${tones[state] ?? ""}">${text}</span>
    ${place === null || state !== "waiting" ? nothing : html`<span class="soft">${say("placeInQueue", { count: place })}</span>`}`;
}

/** Why it ended so: our words, and the router's own. */
export function orderWhy({ state, why }: Ended): TemplateResult | typeof nothing {
  const ours = wordOr("orderWhy", state, "");
  if (ours === "" && (why === null || why === "")) return nothing;
  const known = orderRefusalOf(why ?? "");
  if (state === "refused" && known !== null) return html`${word("orderRefused", known)}`;
  if (state === "refused") return html`<span class="mono" lang="en">${why}</span>`;
  return html`${ours} ${rawText(why)}`;
}
