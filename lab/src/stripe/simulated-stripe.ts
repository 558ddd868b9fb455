/**
 * The simulated Stripe Checkout without HTTP: sessions, refunds, and signed events, repeated and out of order. `stripe-http.ts`
 * serves it on a port, with the page where a customer pays.
 */
import { createHmac } from "node:crypto";
import { newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { HttpRequest } from "../http/http-request.ts";

export interface StripeSession {
  readonly id: string;
  readonly amount_total: number;
  readonly currency: string;
  readonly client_reference_id: string;
  readonly url: string;
  readonly success_url: string;
  readonly cancel_url: string;
  readonly name: string;
  /** Unix seconds. */
  readonly expires_at: number;
  status: "open" | "complete" | "expired";
  payment_status: "unpaid" | "paid";
  payment_intent: string | null;
  refunded: boolean;
}

/** A refund or a dispute, as the lists show it. */
interface StripeReturn {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly payment_intent: string | null;
  /** Unix seconds. */
  readonly created: number;
  readonly metadata: Readonly<Record<string, string>>;
  status: string;
}

export interface StripeEvent {
  readonly body: string;
  readonly signature: string;
}

export interface SimulatedStripe {
  request(request: HttpRequest): Promise<{ status: number; body: string }>;
  sessions(): readonly StripeSession[];
  /** `complete`: the customer finished, and the money comes later. `pay`: the money has arrived. */
  decide(reference: string, outcome: "pay" | "complete" | "expire"): void;
  /** A signed event of a session. `atMs`: the time of the signature. */
  event(reference: string, type: string, atMs?: number): StripeEvent;
  /** Somebody refunds a payment, or a part of it, in the dashboard. */
  refundInDashboard(reference: string, amount?: number): void;
  /** The payer's bank disputes the whole payment; a second call changes the dispute's status. */
  dispute(reference: string, status: "needs_response" | "won" | "lost"): void;
  /** Sends these events: each twice, the last one first. */
  notify(reference: string, types: readonly string[]): Promise<void>;
}

export const stripeKeys = { secretKey: "sk_test_lab", webhookSecret: "whsec_lab" };
const openSecondsMin = 30 * 60;
const openSecondsMax = 24 * 3600;

export function createSimulatedStripe(
  world: World,
  options: {
    readonly checkoutUrl?: (id: string) => string;
    /** Posts an event to the webhook. */
    readonly deliver?: (event: StripeEvent) => Promise<void>;
  } = {},
): SimulatedStripe {
  const { checkoutUrl = (id: string) => `https://checkout.lab/${id}`, deliver } = options;
  const sessions = new Map<string, StripeSession>();
  const refunds: StripeReturn[] = [];
  const disputes: StripeReturn[] = [];
  /** By idempotency key: the form, and the answer to it. */
  const answered = new Map<string, { readonly asked: string; readonly answer: object }>();
  const answer = (fields: object, status = 200) => ({ status, body: JSON.stringify(fields) });
  const refuse = (message: string, status = 400) =>
    answer({ error: { type: "invalid_request_error", message } }, status);
  const find = (reference: string) => {
    const found = [...sessions.values()].find((each) => each.client_reference_id === reference);
    if (found === undefined) throw new Error(`no session ${reference}`);
    return found;
  };
  const nowSeconds = () => Math.floor(world.clock.wall().atMs / 1000);

  function open(form: URLSearchParams) {
    const amount = form.get("line_items[0][price_data][unit_amount]") ?? "";
    const currency = form.get("line_items[0][price_data][currency]") ?? "";
    if (form.get("mode") !== "payment") return refuse("mode");
    if (!/^[1-9]\d{0,8}$/.test(amount)) return refuse("line_items[0][price_data][unit_amount]");
    if (!/^[a-z]{3}$/.test(currency)) return refuse("line_items[0][price_data][currency]");
    if (currency === "ugx" && !amount.endsWith("00")) return refuse("amount: UGX has no hundredths");
    const expires_at = Number(form.get("expires_at") ?? nowSeconds() + openSecondsMax);
    const openSeconds = expires_at - nowSeconds();
    if (openSeconds < openSecondsMin || openSeconds > openSecondsMax) return refuse("expires_at");
    const id = `cs_test_${newSecret(world, 12)}`;
    const session: StripeSession = {
      id,
      amount_total: Number(amount),
      url: checkoutUrl(id),
      currency,
      expires_at,
      client_reference_id: form.get("client_reference_id") ?? "",
      success_url: (form.get("success_url") ?? "").replace("{CHECKOUT_SESSION_ID}", id),
      cancel_url: form.get("cancel_url") ?? "",
      name: form.get("line_items[0][price_data][product_data][name]") ?? "",
      status: "open",
      payment_status: "unpaid",
      payment_intent: null,
      refunded: false,
    };
    sessions.set(id, session);
    return answer(session);
  }

  function refund(form: URLSearchParams) {
    const session = [...sessions.values()].find((each) => each.payment_intent === form.get("payment_intent"));
    if (session === undefined || session.payment_status !== "paid") return refuse("No such payment_intent", 404);
    const ours = form.get("metadata[refund]");
    return giveBack(session, Number(form.get("amount") ?? session.amount_total), ours === null ? {} : { refund: ours });
  }

  function giveBack(session: StripeSession, amount: number, metadata: StripeReturn["metadata"]) {
    if (session.refunded) return refuse("Charge has already been refunded.");
    const before = refunds.filter(({ payment_intent }) => payment_intent === session.payment_intent);
    const left = before.reduce((sum, each) => sum - each.amount, session.amount_total);
    if (!(amount > 0 && amount <= left)) return refuse("amount");
    const { currency, payment_intent } = session;
    const fields = { amount, currency, payment_intent, created: nowSeconds(), metadata };
    const made = { id: `re_${newSecret(world, 8)}`, ...fields, status: "succeeded" };
    refunds.unshift(made);
    session.refunded = amount === left;
    return answer(made);
  }

  /** Newest first, in pages. */
  function listOf(all: readonly StripeReturn[], { searchParams }: URL) {
    const since = all.filter(({ created }) => created >= Number(searchParams.get("created[gte]") ?? 0));
    const from = since.findIndex(({ id }) => id === searchParams.get("starting_after")) + 1;
    const limit = Number(searchParams.get("limit") ?? 10);
    return answer({ object: "list", data: since.slice(from, from + limit), has_more: since.length > from + limit });
  }

  /** The same key and form get the same answer. The same key with another form is refused. */
  function once(key: string, asked: string, work: () => { status: number; body: string }) {
    const known = answered.get(key);
    if (known !== undefined && known.asked !== asked)
      return refuse("Keys for idempotent requests can only be used with the same parameters", 400);
    if (known !== undefined) return answer(known.answer);
    const made = work();
    if (key !== "" && made.status === 200) answered.set(key, { asked, answer: JSON.parse(made.body) as object });
    return made;
  }

  function sign(object: object, type: string, atMs: number, id = `evt_${newSecret(world, 8)}`): StripeEvent {
    const body = JSON.stringify({ id, type, data: { object } });
    const stamp = Math.floor(atMs / 1000);
    const hash = createHmac("sha256", stripeKeys.webhookSecret).update(`${stamp}.${body}`).digest("hex");
    return { body, signature: `t=${stamp},v1=${hash},v0=00` };
  }

  /** The object of an event: the session, or the charge for `charge.*`. */
  function objectOf(session: StripeSession, type: string): object {
    if (!type.startsWith("charge.")) return session;
    const { payment_intent, amount_total: amount, refunded } = session;
    return { id: `ch_${session.id.slice(8, 20)}`, payment_intent, amount, refunded };
  }

  const event = (reference: string, type: string, atMs = world.clock.wall().atMs): StripeEvent =>
    sign(objectOf(find(reference), type), type, atMs);

  return {
    async request({ method, url, headers, body = "" }) {
      const at = new URL(url);
      const { pathname } = at;
      if (headers.authorization !== `Bearer ${stripeKeys.secretKey}`) return refuse("Invalid API Key provided", 401);
      if (pathname === "/v1/balance") return answer({ object: "balance" });
      const key = headers["idempotency-key"] ?? "";
      const form = new URLSearchParams(body);
      if (method === "POST" && pathname === "/v1/refunds") return once(key, body, () => refund(form));
      if (method === "POST" && pathname === "/v1/checkout/sessions") return once(key, body, () => open(form));
      if (method === "GET" && pathname === "/v1/refunds") return listOf(refunds, at);
      if (method === "GET" && pathname === "/v1/disputes") return listOf(disputes, at);
      const session = sessions.get(/^\/v1\/checkout\/sessions\/(.+)$/.exec(pathname)?.[1] ?? "");
      if (session?.status === "open" && session.expires_at <= nowSeconds()) session.status = "expired";
      return session === undefined ? refuse("No such checkout.session", 404) : answer(session);
    },
    sessions: () => [...sessions.values()],
    decide(reference, outcome) {
      const session = find(reference);
      session.status = outcome === "expire" ? "expired" : "complete";
      if (outcome === "expire") return;
      session.payment_intent ??= `pi_${newSecret(world, 12)}`;
      if (outcome === "pay") session.payment_status = "paid";
    },
    refundInDashboard(reference, amount = find(reference).amount_total) {
      const { status, body } = giveBack(find(reference), amount, {});
      if (status !== 200) throw new Error(body);
    },
    dispute(reference, status) {
      const { amount_total: amount, currency, payment_intent } = find(reference);
      const open = disputes.find((each) => each.payment_intent === payment_intent);
      if (open !== undefined) open.status = status;
      else {
        const fields = { amount, currency, payment_intent, created: nowSeconds(), metadata: {}, status };
        disputes.unshift({ id: `dp_${newSecret(world, 8)}`, ...fields });
      }
    },
    event,
    async notify(reference, types) {
      const events = types.map((type) => event(reference, type)).reverse();
      for (const each of [...events, ...events]) await deliver?.(each);
    },
  };
}
