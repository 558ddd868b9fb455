/** The simulated Stripe over HTTP: its API, and the page where a customer pays, pays slowly, or goes back. */

import { readJsonObject } from "@karibu/protocol/foreign-json";
import type { World } from "@karibu/protocol/world";
import express, { type Express } from "express";
import { request as send } from "undici";
import { escapeHtml, page } from "../http/page.ts";
import { createSimulatedStripe, type SimulatedStripe, type StripeSession } from "./simulated-stripe.ts";

export interface StripeHttp {
  readonly app: Express;
  readonly stripe: SimulatedStripe;
}

/** @param publicUrl where browsers reach it, without a trailing slash */
export function createStripeHttp(world: World, publicUrl: () => string): StripeHttp {
  // An operator sets the webhook's address in Stripe's dashboard; here it is `POST /lab/webhook`.
  let webhook: string | null = null;
  const stripe = createSimulatedStripe(world, {
    checkoutUrl: (id) => `${publicUrl()}/pay/${id}`,
    async deliver({ body, signature }) {
      if (webhook === null) return;
      const headers = { "content-type": "application/json", "stripe-signature": signature };
      const answer = await send(webhook, { method: "POST", headers, body, signal: AbortSignal.timeout(10_000) });
      await answer.body.dump();
    },
  });
  const notify = (reference: string, types: readonly string[]) =>
    void stripe.notify(reference, types).catch((error: unknown) => {
      world.log.warn("event-not-delivered", { error: String(error) });
    });
  const app = express().disable("x-powered-by");
  app.use(express.text({ type: () => true, limit: "64kb" }));
  app.get("/health", (_, response) => void response.json({ ok: true }));
  app.get("/", (_, response) => void response.type("html").send(listPage(stripe.sessions(), webhook)));
  app.get("/lab/sessions", (_, response) => void response.json({ items: stripe.sessions() }));
  app.post("/lab/webhook", (request, response) => {
    const url = readJsonObject(String(request.body))?.url;
    if (typeof url !== "string" || !URL.canParse(url)) response.status(400).json({ error: "url: an address" });
    else {
      webhook = url;
      response.json({ url });
    }
  });
  app.get("/pay/:id", (request, response) => {
    const session = stripe.sessions().find((each) => each.id === request.params.id);
    if (session === undefined) response.status(404).type("text").send("no such session");
    else response.type("html").send(payPage(session));
  });
  app.post("/pay/:id/:outcome", (request, response) => {
    const { id, outcome } = request.params;
    const session = stripe.sessions().find((each) => each.id === id);
    if (session === undefined || !["pay", "slowly", "arrive", "expire", "back"].includes(outcome)) {
      response.status(404).type("text").send("no such session or outcome");
      return;
    }
    const { client_reference_id: reference } = session;
    if (outcome === "pay") {
      stripe.decide(reference, "pay");
      notify(reference, ["checkout.session.completed"]);
    } else if (outcome === "slowly") {
      stripe.decide(reference, "complete");
      notify(reference, ["checkout.session.completed"]);
    } else if (outcome === "arrive") {
      stripe.decide(reference, "pay");
      notify(reference, ["checkout.session.completed", "checkout.session.async_payment_succeeded"]);
    } else if (outcome === "expire") {
      stripe.decide(reference, "expire");
      notify(reference, ["checkout.session.expired"]);
    }
    const target = outcome === "pay" || outcome === "slowly" ? session.success_url : session.cancel_url;
    response.redirect(303, outcome === "arrive" || target === "" ? "/" : target);
  });
  app.use((request, response, next) => {
    const body = typeof request.body === "string" ? request.body : "";
    const headers = request.headers as Record<string, string | undefined>;
    stripe.request({ method: request.method, url: publicUrl() + request.originalUrl, headers, body }).then((answer) => {
      response.status(answer.status).type("json").send(answer.body);
    }, next);
  });
  return { app, stripe };
}

const price = ({ currency, amount_total: amount }: StripeSession) =>
  `${escapeHtml(currency.toUpperCase())} ${currency === "rwf" ? String(amount) : (amount / 100).toFixed(2)}`;
const form = (id: string, outcome: string, label: string, style = "") =>
  `<form method="post" action="/pay/${escapeHtml(id)}/${outcome}"><button${style}>${label}</button></form>`;
const quiet = ' class="quiet"';

function payPage(session: StripeSession): string {
  const { id, name, client_reference_id: reference, status } = session;
  const buttons = [
    form(id, "pay", "Pay"),
    form(id, "slowly", "Pay by a method that takes days", quiet),
    form(id, "back", "Go back", quiet),
    form(id, "expire", "Let it expire", quiet),
  ];
  return page(
    "Simulated Stripe",
    `<main>
<h1>${price(session)}</h1>
<p>${escapeHtml(name)}, order ${escapeHtml(reference)}: ${status}.</p>
${status === "open" ? buttons.join("\n") : ""}
<p class="soft">No money moves. Each event goes out twice, the last one first.</p>
</main>`,
  );
}

function listPage(sessions: readonly StripeSession[], webhook: string | null): string {
  const rows = [...sessions].reverse().map((session) => {
    const { id, client_reference_id: reference, status, payment_status: paid } = session;
    const arrive = status === "complete" && paid === "unpaid" ? form(id, "arrive", "The money arrives", quiet) : "";
    const link = `<a href="/pay/${escapeHtml(id)}">${escapeHtml(reference)}</a>`;
    return `<tr><td class="digits">${link}</td><td>${price(session)}</td><td>${status}, ${paid} ${arrive}</td></tr>`;
  });
  return page(
    "Simulated Stripe",
    `<main><h1>Simulated Stripe</h1>
<p class="soft">Sessions that the hub made, newest first. Events go to ${escapeHtml(webhook ?? "nobody yet")}.</p>
<table>${rows.join("\n") || "<tr><td>No sessions yet.</td></tr>"}</table></main>`,
  );
}
