/**
 * The simulated Pesapal without HTTP: tokens that last five minutes, orders, four notices at once, errors with HTTP 200.
 * `pesapal-http.ts` serves it on a port, with the page where a customer decides.
 */
import { readJsonObject } from "@karibu/protocol/foreign-json";
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { HttpRequest } from "../http/http-request.ts";

export interface PesapalOrder {
  readonly trackingId: string;
  readonly reference: string;
  readonly amount: number;
  readonly currency: string;
  readonly description: string;
  /** Where the browser goes after payment, and after cancellation. */
  readonly callbackUrl: string;
  readonly cancellationUrl: string;
  /** 0 not paid, 1 paid, 2 failed, 3 reversed. */
  status: number;
  /** The confirmation code; empty before payment. */
  code: string;
  refundAsked: boolean;
}

export interface Notice {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly body: string;
}

export interface SimulatedPesapal {
  request(request: HttpRequest): Promise<{ status: number; body: string }>;
  orders(): readonly PesapalOrder[];
  /** The customer pays or cancels, or the merchant reverses the payment. Four notices go out at once. */
  decide(reference: string, outcome: "pay" | "fail" | "reverse"): Promise<void>;
  /** Makes the answers about an order differ from the truth. */
  falsify(reference: string, changes: Record<string, unknown>): void;
  /** Where Pesapal sends the browser afterwards. */
  returnUrl(order: PesapalOrder): string;
}

export const pesapalKeys = { consumerKey: "lab-pesapal-key", consumerSecret: "lab-pesapal-secret" };
const tokenMs = 5 * 60_000;
const noticesAtOnce = 4;

export function createSimulatedPesapal(
  world: World,
  notify: (notice: Notice) => Promise<void>,
  payPage: (trackingId: string) => string = (trackingId) => `https://pay.lab/${trackingId}`,
): SimulatedPesapal {
  const tokens = new Map<string, number>();
  const notices = new Map<string, { readonly url: string; readonly method: "GET" | "POST" }>();
  const orders = new Map<string, PesapalOrder & { readonly notice: string }>();
  const falsified = new Map<string, Record<string, unknown>>();
  const answer = (fields: object, status = 200) => ({ status, body: JSON.stringify(fields) });
  const noError = { error_type: null, code: null, message: null };
  const refusal = (code: string, message = "") =>
    answer({ error: { error_type: "api_error", code, message }, status: "500" });

  function issueToken(fields: Record<string, unknown>) {
    if (fields.consumer_key !== pesapalKeys.consumerKey || fields.consumer_secret !== pesapalKeys.consumerSecret) {
      return refusal("invalid_consumer_key_or_secret_provided");
    }
    const token = newId(world);
    tokens.set(token, world.clock.monotonicMs() + tokenMs);
    const expiryDate = new Date(world.clock.wall().atMs + tokenMs).toISOString();
    return answer({ token, expiryDate, error: null, status: "200", message: "Request processed successfully" });
  }

  function register(fields: Record<string, unknown>) {
    const method = fields.ipn_notification_type;
    if (method !== "GET" && method !== "POST") return refusal("invalid_ipn_notification_type");
    if (!/^https?:\/\//.test(String(fields.url))) return refusal("invalid_url");
    const id = newId(world);
    notices.set(id, { url: String(fields.url), method });
    const created = new Date(world.clock.wall().atMs).toISOString();
    return answer({ url: fields.url, created_date: created, ipn_id: id, error: null, status: "200" });
  }

  function submit(fields: Record<string, unknown>) {
    const reference = String(fields.id ?? "");
    if (!/^[A-Za-z0-9\-_.:]{1,50}$/.test(reference)) return refusal("invalid_merchant_reference");
    if (!notices.has(String(fields.notification_id))) return refusal("InvalidIpnId");
    if ([...orders.values()].some((each) => each.reference === reference)) return refusal("duplicate_order");
    const amount = Number(fields.amount);
    if (!Number.isFinite(amount) || amount <= 0) return refusal("invalid_amount");
    if (String(fields.description ?? "").length > 100) return refusal("invalid_description");
    const address = (fields.billing_address ?? {}) as Record<string, unknown>;
    if (!address.email_address && !address.phone_number) return refusal("missing_billing_address");
    const trackingId = newId(world);
    orders.set(trackingId, {
      trackingId,
      reference,
      amount,
      currency: String(fields.currency),
      description: String(fields.description),
      callbackUrl: String(fields.callback_url),
      cancellationUrl: String(fields.cancellation_url ?? ""),
      status: 0,
      code: "",
      refundAsked: false,
      notice: String(fields.notification_id),
    });
    const redirect_url = payPage(trackingId);
    const made = { order_tracking_id: trackingId, merchant_reference: reference, redirect_url };
    return answer({ ...made, error: null, status: "200" });
  }

  function status(url: string) {
    const order = orders.get(new URL(url).searchParams.get("orderTrackingId") ?? "");
    if (order === undefined) return refusal("order_not_found");
    const base = {
      payment_method: "MpesaKE",
      amount: order.amount,
      confirmation_code: order.code,
      currency: order.currency,
      // The real one varies upper and lower case too.
      payment_status_description: ["INVALID", "Completed", "FAILED", "Reversed"][order.status],
      status_code: order.status,
      merchant_reference: order.reference,
      payment_account: "2547xxx73984",
      payment_status_code: order.status === 2 ? "request_terminated_by_user" : "",
      error: noError,
      status: "200",
    };
    const pending = {
      error: { error_type: "api_error", code: "payment_details_not_found", message: "Pending Payment" },
      status: "500",
    };
    return answer({ ...base, ...(order.status === 0 ? pending : {}), ...falsified.get(order.reference) });
  }

  /** Pesapal allows one full refund per paid payment; the merchant approves it later. */
  function refund(fields: Record<string, unknown>) {
    const known = [...orders.values()].find((each) => each.code !== "" && each.code === fields.confirmation_code);
    if (known === undefined || known.status !== 1) return refusal("payment_not_completed");
    if (known.refundAsked) return refusal("refund_exists");
    if (Number(fields.amount) !== known.amount) return refusal("partial_refund_not_allowed");
    known.refundAsked = true;
    return answer({ status: "200", message: "Refund request successfully" });
  }

  return {
    async request({ method, url, headers, body = "{}" }) {
      const path = new URL(url).pathname.replace(/^\/(pesapal)?v3/, "");
      const fields = method === "POST" ? readJsonObject(body) : {};
      if (fields === null) return refusal("invalid_json");
      if (path === "/api/Auth/RequestToken") return issueToken(fields);
      const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
      if ((tokens.get(bearer) ?? 0) <= world.clock.monotonicMs()) return { status: 401, body: "" };
      switch (path) {
        case "/api/URLSetup/GetIpnList":
          return answer([...notices].map(([ipn_id, { url: address }]) => ({ ipn_id, url: address })));
        case "/api/URLSetup/RegisterIPN":
          return register(fields);
        case "/api/Transactions/SubmitOrderRequest":
          return submit(fields);
        case "/api/Transactions/GetTransactionStatus":
          return status(url);
        case "/api/Transactions/RefundRequest":
          return refund(fields);
        default:
          return answer({}, 404);
      }
    },
    orders: () => [...orders.values()],
    async decide(reference, outcome) {
      const order = [...orders.values()].find((each) => each.reference === reference);
      if (order === undefined) throw new Error(`no order ${reference}`);
      order.status = { pay: 1, fail: 2, reverse: 3 }[outcome];
      if (order.code === "" && outcome === "pay") order.code = `65${order.trackingId.replace(/\D/g, "").slice(0, 20)}`;
      const target = notices.get(order.notice);
      if (target === undefined) return;
      const named = {
        OrderTrackingId: order.trackingId,
        OrderMerchantReference: reference,
        OrderNotificationType: "IPNCHANGE",
      };
      const notice: Notice =
        target.method === "POST"
          ? { ...target, body: JSON.stringify(named) }
          : { ...target, url: `${target.url}?${new URLSearchParams(named)}`, body: "" };
      await Promise.all(Array.from({ length: noticesAtOnce }, () => notify(notice)));
    },
    falsify: (reference, changes) => void falsified.set(reference, changes),
    returnUrl({ callbackUrl, cancellationUrl, status: now, trackingId, reference }) {
      const url = new URL(now !== 1 && cancellationUrl !== "" ? cancellationUrl : callbackUrl);
      url.searchParams.set("OrderTrackingId", trackingId);
      url.searchParams.set("OrderMerchantReference", reference);
      url.searchParams.set("OrderNotificationType", "CALLBACKURL");
      return url.href;
    },
  };
}
