/**
 * The contract of a payment channel. Each channel is a folder beside this file; its `channel.ts` exports one definition. The
 * contract imports no channel. `money/channel-list.ts` lists them. The suite in `test-channel-contract.ts` runs against each.
 *
 * A channel reports raw answers. What an answer means is read from the stored text, each time that it is used.
 */
import type { World } from "@karibu/protocol/world";
import type { HttpCall } from "../../ground/http-client/http-call.ts";
import type { TokenStore } from "../channel-tokens/shared-token.ts";
import type { ChannelTrouble } from "../evidence/evidence.ts";
import type { StoredAnswer } from "../evidence/stored-answer.ts";
import type { AsyncCallKind, ChannelRow, ChannelSettings } from "./channel.ts";
import type { ChannelCallbacks, ChannelReaders, ResultReaders } from "./channel-messages.ts";
import type { InitiatorRules } from "./initiator-rules.ts";
import type { ChannelKeys, EnteredKeys, KeyField } from "./key-fields.ts";
import type { RecordedQuestions } from "./recorded-facts.ts";
import type { WayPaid } from "./ways-paid.ts";

export type Environment = ChannelRow["environment"];

export interface ChannelDefinition {
  /** The folder's name. It also names the channel's base URL in the settings of the hub. */
  readonly name: string;
  readonly facts: ChannelFacts;
  /** The kinds of channel that it offers: a paybill and a till, for example. */
  readonly kinds: readonly ChannelKind[];
  /** The hosts that it calls. Null: it makes no calls. */
  readonly baseUrls: Readonly<Record<Environment, string>> | null;
  /** Hosts that a phone reaches for its payment page before it is online, beside the hub. Left out: it has no such page. */
  readonly openHosts?: Readonly<Record<Environment, readonly string[]>>;
  /** The key that names the app whose rate limits count. Null: it calls nobody. */
  readonly appKey: string | null;
  open(context: OpenContext): PaymentChannel;
  readonly readers: ChannelReaders;
  /** Callbacks that it sends besides those about payment requests and calls. */
  readonly callbacks: ChannelCallbacks;
  /** Reads the results of its asynchronous calls. Null: it has no such calls. */
  readonly results: ResultReaders | null;
  /** What its result codes say about who signs its asynchronous calls. Null: nobody signs. */
  readonly initiator: InitiatorRules | null;
  /**
   * The module that reads the statements which its owner gives out as files: its `readStatement` is a `StatementReader`. A module, because a process of
   * its own loads it. Null: its owner gives out none.
   */
  readonly statementReader: URL | null;
  /** The name that we give a payment request, known before it is sent: a lost answer is asked about by it. Left out: the channel names it. */
  nameRequest?(order: Pick<StartRequest, "reference" | "secret">): string;
  /** What its documents leave open, for `money/channel-recording`. Left out: nothing that a body could answer. */
  readonly recorded?: RecordedQuestions;
  /** Why it would refuse callback URLs below this public URL; null: it would not. */
  publicUrlProblem(publicUrl: string, environment: Environment): string | null;
}

export interface ChannelFacts {
  /** The currency that it moves. Null: the provider's own. */
  readonly currency: string | null;
  /** The smallest step and the largest amount of one payment, minor units. */
  readonly amountCentsStep: number;
  readonly amountCentsMax: number;
  /** Where the step depends on the currency. Left out: it does not. */
  readonly amountCentsStepIn?: (currency: string) => number;
  /** Receipts are unique on a rail: the same money seen through two channels of one rail is one receipt. */
  readonly rail: string;
  /** How its customers pay, as a tax authority is told. */
  readonly way: WayPaid;
  /** What customers call it, where they choose a way to pay: `M-Pesa`, `Card`. */
  readonly wallet: string;
  /**
   * `phone`: a prompt on the customer's phone. `page`: the channel's own payment page. `immediate`: the money is there when the
   * purchase is made, so nobody is asked.
   */
  readonly pays: "phone" | "page" | "immediate";
  /** Where the money of an immediate payment comes from. Null: the payment goes through the channel. */
  readonly paidFrom: "cash" | "credit" | null;
  /** The least time between two status queries of one app. Null: the hub's default. */
  readonly querySpacingMs: number | null;
  /** The source under which answers to its status queries are stored. */
  readonly querySource: "stk-query" | "order-status";
}

/** A kind of channel that a provider can have. Its name stands in the database and in the API. */
export interface ChannelKind {
  readonly kind: string;
  /** What a person enters to add one. Null: nobody adds it; the hub makes it when it is first needed. */
  readonly fields: readonly KeyField[] | null;
  /** Its name where the person enters none. */
  title(entered: EnteredKeys): string;
  /** The currency that it moves, where what is entered decides that. Left out: `facts.currency` says it. */
  currencyOf?(entered: EnteredKeys): string | null;
}

/** What a channel needs to make its calls. */
export interface OpenContext {
  readonly world: World;
  readonly http: HttpCall;
  readonly row: ChannelRow;
  readonly baseUrl: string;
  /** The hub's own, without a slash at the end. */
  readonly publicUrl: string;
  /** Opens the sealed keys. */
  keys(): ChannelKeys;
  /** Access tokens that all hub processes share. `app` names the keys at a host, without the secret. */
  tokens(app: string): TokenStore;
  /** `<public URL>/hooks/k/<token of this channel>`, then the parts. */
  callbackUrl(...parts: readonly string[]): string;
  /** Keeps what its owner gave us, with the channel's row. In a transaction of its own. */
  keepSettings(changes: ChannelSettings): Promise<void>;
}

export interface PaymentChannel {
  /** Asks for the money, at most once: a lost answer (status 0) is never repeated. May throw Faults before anything was sent. */
  start(request: StartRequest): Promise<StoredAnswer>;
  /** Asks what became of a request. */
  query(requestId: string): Promise<StoredAnswer>;
  /** Throws Fault "<channel>/keys" (an operator must act) or "<channel>/away". @returns what it found, for people */
  checkKeys(): Promise<string>;
  /** Refunds in one call. Null: it does not. */
  readonly refund: DirectRefund | null;
  /** Lists what came in. Null: it does not. */
  readonly list: TransactionList | null;
  /** Lists money that went back: refunds, also those made in its own dashboard, and disputes. Left out: it does not. */
  readonly returns?: (span: ReturnsSpan) => Promise<ReturnsAnswer>;
  /** Registers the addresses for money that no request of ours asked for. Null: there is nothing to register. */
  readonly register: ((order: RegisterOrder) => Promise<Registered>) | null;
  /** Calls whose result comes later by a callback. Null: it has none. */
  readonly asyncCalls: AsyncCalls | null;
}

export interface StartRequest {
  readonly amountCents: number;
  readonly currency: string;
  /** An MSISDN. */
  readonly phone: string;
  /** Our 8 characters: unique, printed in the payer's message. */
  readonly reference: string;
  /** What is bought, for the channel's page. */
  readonly description: string;
  /** The secret of the purchase's own callback path. */
  readonly secret: string;
  /** The Wi-Fi page as the customer's phone reaches it, for channels with a payment page. */
  readonly returnUrl?: string;
  /** Paid out of the customer's credit: how much of it is not proved. */
  readonly toldCents?: number;
}

export interface DirectRefund {
  /** It refunds a payment as a whole or not at all. The payment's own status says later that it was reversed. */
  readonly wholeOnly: boolean;
  send(order: RefundOrder): Promise<RefundAnswer>;
}

export interface RefundOrder {
  readonly refundId: string;
  /** The payment's name in our books: at Stripe the payment purchase, at Pesapal the order. */
  readonly receipt: string;
  /** The order or session, as the channel wrote it. */
  readonly requestId: string;
  readonly amountCents: number;
  readonly currency: string;
  readonly reason: string;
}

/** `accepted`: the channel carries it out later, or a person there refuses it. `lost`: not known; it is never sent again. */
export type RefundAnswer =
  | { readonly kind: "done" | "accepted" | "lost" }
  | { readonly kind: "refused"; readonly why: string };

export interface TransactionList {
  /** One page from `offset` on. */
  page(span: { readonly fromMs: number; readonly toMs: number; readonly offset: number }): Promise<ListPage>;
}

export type ListPage =
  | { readonly kind: "rows"; readonly rows: readonly ListedRow[] }
  /** `trouble`: it will go on so until a person changes something; null: it says nothing of that. */
  | { readonly kind: "refused"; readonly code: string; readonly trouble: ChannelTrouble | null }
  | { readonly kind: "lost" };

export interface ListedRow {
  /** Null: the row names none. */
  readonly receipt: string | null;
  /** As it came, to be stored. */
  readonly body: string;
}

export interface ReturnsSpan {
  readonly refundsFromMs: number;
  readonly disputesFromMs: number;
}

/** Newest first. `trouble`: one of the lists is missing in it, because the key may not read that. */
export type ReturnsAnswer =
  | { readonly kind: "read"; readonly returned: readonly ReturnedMoney[]; readonly trouble: ChannelTrouble | null }
  | { readonly kind: "lost" };

export interface ReturnedMoney {
  readonly kind: "refund" | "dispute";
  /** The channel's name of the refund or the dispute. */
  readonly id: string;
  /** The payment's name in our books. */
  readonly receipt: string;
  readonly amountCents: number;
  readonly currency: string;
  /** `left-us`: it is with the customer or their bank. `came-back`: it is ours again: the dispute was won, or the refund failed. */
  readonly state: "left-us" | "came-back";
  /** The refund of ours that it carries out. Null: it names none. A dispute never does. */
  readonly refundId: string | null;
}

export interface RegisterOrder {
  readonly responseType: "Completed" | "Cancelled";
  readonly version: "v1" | "v2";
  /** For the list (Pull): the phone in the short code's papers, MSISDN. Null: the list is not registered. */
  readonly nominatedPhone: string | null;
}

export interface Registered {
  /** `wasThere`: it keeps the addresses that it has, which may be older ones. */
  readonly urls: { readonly ok: boolean; readonly text: string; readonly wasThere?: boolean };
  readonly list: { readonly ok: boolean; readonly text: string } | null;
}

export interface AsyncCalls {
  /** Which of the initiator's keys are missing or can't be read, for people; null: none. */
  missing(): string | null;
  send(call: AsyncCall): Promise<AsyncAnswer>;
}

export interface AsyncCall {
  readonly kind: AsyncCallKind;
  /** Where the result goes, and where the channel says that it waits in a queue. */
  readonly resultUrl: string;
  readonly timeoutUrl: string;
  readonly remarks: string;
  /** Of a status query or a reversal. */
  readonly receipt?: string;
  /** Of a question about a payout: the name that we gave it. */
  readonly originalCallId?: string;
  readonly amountCents?: number;
  /** Of a payout: MSISDN. */
  readonly phone?: string;
  /** Our name of the call. The channel refuses a repeated name, so a payout happens once. */
  readonly callId: string;
}

/**
 * `lost`: not known whether it was accepted. `repeated`: the channel has carried out, or will, an earlier call of this name,
 * and not this one. `answer`: the raw answer, to be stored; null: the call was never made.
 */
export type AsyncAnswer =
  | { readonly kind: "sent" | "lost" | "repeated"; readonly answer: string }
  | { readonly kind: "refused"; readonly why: string; readonly answer: string | null };
