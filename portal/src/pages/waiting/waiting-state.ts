/** What the page shows during a payment or a log-in. Pure. */

import { showPhone } from "@karibu/protocol/phone-number";
import type { Plan } from "@karibu/protocol/plan";
import type { PortalState, PurchaseView } from "@karibu/protocol/portal-api";
import type { Connecting, Following } from "../../data/store.ts";
import { troubleText } from "../../data/trouble.ts";
import { creditLeft } from "../../strings/credit-left.ts";
import type { Advice, FailureReason } from "../../strings/en-later.ts";
import { priceText } from "../../strings/price-text.ts";
import type { WholeWords } from "../../strings/words.ts";

export interface WaitingView {
  readonly picture: "prompt" | "asking" | "paid" | "failed" | "connecting";
  readonly title: string;
  readonly text: string;
  /** A second, smaller line. Null: none. */
  readonly note: string | null;
  /** Progress: 1 request sent, 2 PIN entered, 3 online. Null: shows no steps. */
  readonly step: 1 | 2 | 3 | null;
  readonly actions: readonly (
    | "try-again"
    | "other-package"
    | "stop-waiting"
    | "connect-again"
    | "go-online"
    | "claim"
  )[];
  /** The payment page of the channel. Null: the customer pays on the phone. */
  readonly payAt: string | null;
}

const calmMs = 15_000;
/** A prompt is open for at most this long. Until then the page points to the phone, unless the prompt was answered. */
const promptMs = 90_000;
/** After this time without an answer the page points to people. */
const patienceMs = 5 * 60_000;
/** On a payment page people type card numbers, which takes longer than a PIN. */
const pagePatienceMs = 20 * 60_000;

export function waitingView(
  facts: {
    following: Following | null;
    connecting: Connecting | null;
    plan: Plan | null;
    hub: PortalState["hub"];
    supportPhone: string | null;
    nowMs: number;
  },
  words: WholeWords,
): WaitingView {
  if (facts.connecting !== null) return connectingView(facts.connecting, facts.following, words);
  if (facts.following === null) return noPurchaseView(words);
  const { plan } = facts;
  const { view, phone, sinceMs } = facts.following;
  if (view.state === "failed") {
    const advice = adviceOn(view, words);
    const actions =
      view.reason === "merchant-problem" ? (["other-package"] as const) : (["try-again", "other-package"] as const);
    const { title, text } = advice;
    return { picture: "failed", title, text, note: null, step: null, actions, payAt: null };
  }
  if (view.state === "paid") return paidView(view, creditLeft(view, plan?.currency, words), words);
  const waitedMs = facts.nowMs - sinceMs;
  const away = facts.hub === "connected" ? null : words.waitingHubAway;
  const price = plan === null ? "…" : priceText(words, view.priceCents ?? plan.priceCents, plan.currency);
  if (view.payAt !== undefined && /^https?:\/\//.test(view.payAt) && waitedMs < pagePatienceMs) {
    const { payAtTitle: title } = words;
    const text = words.payAtText(price);
    return { picture: "prompt", title, text, note: away, step: null, actions: ["stop-waiting"], payAt: view.payAt };
  }
  if (waitedMs >= patienceMs) {
    const { unknownLongTitle: title, unknownLongText: text } = words;
    const note = words.unknownLongNote(facts.supportPhone);
    return { picture: "asking", title, text, note, step: null, actions: ["claim", "other-package"], payAt: null };
  }
  if (waitedMs >= promptMs || view.promptAnswered === true) {
    const { unknownTitle: title, unknownText: text } = words;
    return { picture: "asking", title, text, note: away, step: null, actions: ["claim", "stop-waiting"], payAt: null };
  }
  const note = away ?? (waitedMs < calmMs ? words.waitingCalm : words.waitingMid);
  const text = words.waitingText(price, phone === null ? null : showPhone(phone).split(" ").join("\u00a0"));
  return { picture: "prompt", title: words.waitingTitle, text, note, step: 1, actions: ["stop-waiting"], payAt: null };
}

/** The most specific advice that this page has a sentence for. */
function adviceOn({ reason, because }: Pick<PurchaseView, "reason" | "because">, { failures }: WholeWords): Advice {
  const known = (Object.keys(failures) as FailureReason[]).find((one) => one === because) ?? reason;
  return failures[known ?? "other"] ?? failures.other;
}

function paidView(
  { logIn, grantId, receipt }: Pick<PurchaseView, "logIn" | "grantId" | "receipt">,
  left: string | null,
  words: WholeWords,
): WaitingView {
  const [byHand, isHere] = [logIn === null, grantId !== null];
  const notes = [...(receipt === null ? [] : [words.receipt(receipt)]), ...(left === null ? [] : [left])];
  const text = !isHere ? words.paidWait : byHand ? words.paidReady : words.paidText;
  return {
    picture: "paid",
    title: words.paidTitle,
    text,
    note: notes.length === 0 ? null : notes.join(". "),
    step: 2,
    actions: isHere && byHand ? ["go-online"] : [],
    payAt: null,
  };
}

/** Shows the log-in, without a payment. */
function noPurchaseView(words: WholeWords): WaitingView {
  const { connectingTitle: title, connectingText: text } = words;
  return { picture: "connecting", title, text, note: null, step: null, actions: [], payAt: null };
}

function connectingView(connecting: Connecting, following: Following | null, words: WholeWords): WaitingView {
  const paid = following !== null && following.view.state === "paid";
  const receipt = paid && following.view.receipt !== null ? words.receipt(following.view.receipt) : null;
  if (connecting.trouble !== null) {
    return {
      picture: "failed",
      title: words.notConnectedTitle,
      text: `${words.notConnectedText} ${troubleText(connecting.trouble, words)}`,
      note: receipt,
      step: null,
      actions: ["connect-again", "other-package"],
      payAt: null,
    };
  }
  if (paid) {
    const { paidTitle: title, paidText: text } = words;
    return { picture: "paid", title, text, note: receipt, step: 2, actions: [], payAt: null };
  }
  return noPurchaseView(words);
}
