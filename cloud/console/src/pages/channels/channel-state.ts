import { html, nothing, type TemplateResult } from "lit";
import type { Channel, Initiator, ListedChannel } from "../../data/money/channels.ts";
import { say, word } from "../../strings/strings.ts";

const dayMs = 86_400_000;
const passwordDays = 90;
const remindDays = 15;

/** What a badge says: the list names what is wrong at a channel, its own page the whole of it. */
type Shown = Channel & {
  readonly troubles: readonly (
    | ListedChannel["troubles"][number]
    | { readonly kind: ListedChannel["troubles"][number] }
  )[];
};

/** Whether the channel sells, and if not, why; what is wrong at it; and how long the initiator's password is valid: M-Pesa ends it after 90 days. */
export function channelState(row: Shown, nowMs = Date.now()): TemplateResult {
  const left = passwordDaysLeft(row.passwordSetAtMs, nowMs);
  return html`<span class="row">
    ${sellingBadge(row)}
    ${kindsOf(row).map((kind) => html`<span class="badge ${kind === "fails-customers" ? "bad" : "warn"}">${word("trouble", kind)}</span>`)}
    ${row.environment === "sandbox" ? html`<span class="badge warn">${say("env_sandbox")}</span>` : nothing}
    ${row.initiator?.state === "refused" ? html`<span class="badge bad">${say("initiatorBadge")}</span>` : nothing}
    ${left !== null && left <= remindDays ? html`<span class="badge warn">${say("passwordEnds", { count: left })}</span>` : nothing}
  </span>`;
}

const kindsOf = ({ troubles }: Shown) => troubles.map((one) => (typeof one === "string" ? one : one.kind));

/** Green only where nothing is wrong and the channel has taken a request for money; cash takes none. */
function sellingBadge(row: Shown): TemplateResult {
  if (!row.active) return html`<span class="badge">${say("inactive")}</span>`;
  const isTried = row.kind === "cash" || row.requestAcceptedAtMs !== null;
  const fails = kindsOf(row).includes("fails-customers");
  if (row.keysProblem === null)
    return html`<span class="badge ${isTried && !fails ? "good" : ""}">${say(isTried ? "active" : "activeNotTried")}</span>`;
  return row.keysCheckedAtMs === null
    ? html`<span class="badge warn">${say("keysUnchecked")}</span>`
    : html`<span class="badge bad">${say("keysWrong")}</span>`;
}

const grades = { none: "", incomplete: "warn", unproved: "", works: "good", refused: "bad" } as const;

export function initiatorBadge({ state }: Initiator): TemplateResult {
  return html`<span class="badge ${grades[state]}">${word("initiatorState", state)}</span>`;
}

export function passwordDaysLeft(setAtMs: number | null, nowMs: number): number | null {
  return setAtMs === null ? null : Math.max(0, passwordDays - Math.floor((nowMs - setAtMs) / dayMs));
}
