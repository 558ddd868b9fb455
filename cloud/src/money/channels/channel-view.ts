/** Payment channels as the API shows them. Keys never leave. */

import { z } from "zod";
import { ifReadable } from "../../ground/secrets/if-readable.ts";
import { troubleReasons } from "../evidence/evidence.ts";
import type { ChannelRow } from "./channel.ts";
import type { Channels } from "./channels.ts";
import { hookUses } from "./hook-tokens.ts";
import { type InitiatorState, initiatorState, initiatorStates, refusalOf } from "./initiator-policy.ts";
import { initiatorReasons } from "./initiator-rules.ts";
import { keyProofs } from "./key-fields.ts";
import { sellsNow } from "./selling-channel.ts";

/** The initiator as the API shows it; null: a channel of this kind has none. */
const initiatorView = z.object({
  name: z.string().nullable(),
  state: z.enum(initiatorStates),
  /** Why the channel refuses it. */
  reason: z.enum(initiatorReasons).nullable(),
  /** The channel's code and words. */
  problem: z.string().nullable(),
  /** What is stopped until it is replaced: status queries alone, or reversals and payouts as well. */
  stops: z.enum(["nothing", "questions", "everything"]),
  stoppedAtMs: z.int().nullable(),
  /** When a result first showed that it works. */
  provedAtMs: z.int().nullable(),
});

export const channelView = z.object({
  id: z.string(),
  kind: z.string(),
  name: z.string(),
  shortcode: z.string(),
  storeNumber: z.string().nullable(),
  /** The channel notifies us of money that no request of ours asked for. */
  registered: z.boolean(),
  /** We may read its list. */
  pulls: z.boolean(),
  /** Its owner gives out statements as files, which can be imported. */
  hasStatements: z.boolean(),
  /** Status queries, reversals and payouts can be signed. */
  hasInitiator: z.boolean(),
  /** What the channel says of the initiator; null: such a channel has none. It says nothing about selling. */
  initiator: initiatorView.nullable(),
  /** When the initiator's password was set; it lives 90 days. */
  passwordSetAtMs: z.int().nullable(),
  /** What is against the keys that sell. */
  keysProblem: z.string().nullable(),
  keysCheckedAtMs: z.int().nullable(),
  /** When the channel first took a request for money that was made with the present keys; null: nobody has seen that all of them fit. */
  requestAcceptedAtMs: z.int().nullable(),
  environment: z.enum(["sandbox", "production"]),
  active: z.boolean(),
  /** Customers can be sent to it now: it is switched on, they can pay through it alone, and nothing is against its keys. */
  sells: z.boolean(),
  /** A person's own phone can be asked for the smallest sum, to see that all keys fit. */
  canTry: z.boolean(),
  createdAtMs: z.int(),
  updatedAtMs: z.int(),
});

const circuitView = z.object({
  /** `half-open`: the next call tries it again. */
  state: z.enum(["open", "half-open"]),
  /** What went wrong last, for people. */
  problem: z.string(),
  sinceMs: z.int(),
  nextTryAtMs: z.int(),
});

/** `fails-customers`: who tries to pay fails. `list-refused`: it does not let us read its list. */
const troubleKinds = ["fails-customers", "list-refused"] as const;
export type TroubleKind = (typeof troubleKinds)[number];

/** A channel as the list shows it: what is wrong at it, without the channel's words. */
export const channelRowView = channelView.extend({ troubles: z.array(z.enum(troubleKinds)) });

const troubleView = z.object({
  kind: z.enum(troubleKinds),
  reason: z.enum(troubleReasons),
  /** The channel's own code and words. */
  said: z.string(),
  sinceMs: z.int(),
});

/** One channel alone, with what has to be entered at its owner's. */
export const channelDetailView = channelView.extend({
  /** Where the channel sends its payment notices (Stripe's webhook, Pesapal's IPN); null: nothing to enter. */
  noticeUrl: z.string().nullable(),
  /**
   * The hub's addresses for the channel's messages, for who may change the channel. `registered`: handed over once, by "register".
   * `per-request`: handed over with each request; the request's own secret follows the address.
   */
  addresses: z.array(
    z.object({
      use: z.enum(["prompt", "result", "timeout", "confirmation", "validation"]),
      url: z.string(),
      given: z.enum(["registered", "per-request"]),
    }),
  ),
  /** Its addresses can be registered, so that it notifies us of money that no request of ours asked for. */
  canRegister: z.boolean(),
  /** Claims and payments that wait for a query about their receipt. */
  waiting: z.int(),
  /** The hub's own questions to it and the reading of its list pause, because it failed repeatedly; null: they do not. */
  circuit: circuitView.nullable(),
  /** What is wrong at it and needs a person: it fails every customer, or it does not let us read its list. */
  troubles: z.array(troubleView),
  /** The secrets in its callback addresses, without the secrets: which still receive. Replaced ones are listed while they are good. */
  callbackSecrets: z.array(
    z.object({
      use: z.enum(hookUses),
      state: z.enum(["current", "replaced"]),
      madeAtMs: z.int(),
      replacedAtMs: z.int().nullable(),
      /** To the minute; null: nothing was received there yet. */
      lastAtMs: z.int().nullable(),
    }),
  ),
});

export type CallbackAddress = z.output<typeof channelDetailView>["addresses"][number];
export type ChannelDetail = z.output<typeof channelDetailView>;

/** A kind of channel, and the form that adds one. */
export const channelKindView = z.object({
  kind: z.string(),
  fields: z.array(
    z.object({
      name: z.string(),
      /** The key of the console's word for it. */
      label: z.string(),
      hint: z.string().nullable(),
      input: z.enum(["text", "password", "textarea"]),
      required: z.boolean(),
      /** `identity`: never changes. `selling`: a key that sells. `asking`: of the initiator. */
      use: z.enum(["identity", "selling", "asking"]),
      /** What shows that it is right: the check asks its owner; a request for money that is taken; a message of the channel; a result. */
      shownBy: z.enum(keyProofs),
    }),
  ),
});

export function viewChannel(channels: Channels, row: ChannelRow): z.input<typeof channelView> {
  return {
    id: row.channelId,
    kind: row.kind,
    name: row.name,
    shortcode: row.shortcode,
    storeNumber: row.storeNumber,
    registered: row.settings.registered === true,
    pulls: row.settings.pulls === true,
    hasStatements: channels.kinds.definitionOf(row.kind).statementReader !== null,
    hasInitiator: row.settings.initiatorName !== undefined,
    initiator: viewInitiator(channels, row),
    passwordSetAtMs: row.passwordSetAtMs,
    keysProblem: row.keysProblem,
    keysCheckedAtMs: row.keysCheckedAtMs,
    requestAcceptedAtMs: row.requestAcceptedAtMs,
    environment: row.environment,
    active: row.active,
    sells: sellsNow(channels.kinds, row),
    canTry: channels.kinds.asksBy(row.kind, { amountCents: 0, currency: "" }) === "phone",
    createdAtMs: row.createdAtMs,
    updatedAtMs: row.updatedAtMs,
  };
}

export function viewChannelKinds({ offered }: Channels["kinds"]): z.input<typeof channelKindView>[] {
  return offered.map(({ kind, fields }) => ({
    kind,
    fields: fields.map(({ name, label, hint = null, input, use, shownBy, schema }) => {
      return { name, label, hint, input, use, shownBy, required: !schema.safeParse(undefined).success };
    }),
  }));
}

function viewInitiator(channels: Channels, row: ChannelRow): z.input<typeof initiatorView> | null {
  const rules = channels.kinds.definitionOf(row.kind).initiator;
  if (rules === null) return null;
  const state: InitiatorState = initiatorState({
    hasName: row.settings.initiatorName !== undefined,
    isIncomplete: isIncomplete(channels, row),
    code: row.initiatorCode,
    provedAtMs: row.initiatorProvedAtMs,
  });
  const refusal = state === "refused" ? refusalOf(rules, row.initiatorCode) : null;
  return {
    name: row.settings.initiatorName ?? null,
    state,
    reason: refusal?.reason ?? null,
    problem: refusal === null ? null : row.initiatorProblem,
    stops: refusal?.stops ?? (state === "none" || state === "incomplete" ? "everything" : "nothing"),
    stoppedAtMs: row.initiatorStoppedAtMs,
    provedAtMs: row.initiatorProvedAtMs,
  };
}

/** Keys that this hub can't open count as missing: the channel is listed all the same. */
function isIncomplete(channels: Channels, row: ChannelRow): boolean {
  return ifReadable(() => channels.open(row).asyncCalls?.missing() !== null, true);
}
