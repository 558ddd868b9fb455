/** The simulated Stripe on HTTP: its API, and the page where a customer pays, pays slowly, or goes back. */
import type { World } from "@karibu/protocol/world";
import express, { type Express } from "express";
import { request as send } from "undici";
import { parseObject } from "../daraja/answers.ts";
import { escapeHtml, page } from "../daraja/page.ts";
import { createStripeDesk, type StripeDesk, type StripeSession } from "./desk.ts";

export interface Stripe {
  readonly app: Express;
  readonly desk: StripeDesk;
}

/** @param publicUrl where browsers reach it, without a slash at the end */
export function createStripe(world: World, publicUrl: () => string): Stripe {
  // In Stripe's dashboard an operator enters where events go; here `POST /lab/webhook` does.
  let webhook: string | null = null;
  const desk = createStripeDesk(world, {
    checkoutUrl: (id) => `${publicUrl()}/pay/${id}`,
    async deliver({ body, signature }) {
      if (webhook === null) return;
      const headers = { "content-type": "application/json", "stripe-signature": signature };
      const answer = await send(webhook, { method: "POST", headers, body, signal: AbortSignal.timeout(10_000) });
      await answer.body.dump();
    },
  });
  const tell = (reference: string, types: readonly string[]) =>
    void desk.tell(reference, types).catch((error: unknown) => {
      world.log.warn("event-not-delivered", { error: String(error) });
    });
  const app = express().disable("x-powered-by");
  app.use(express.text({ type: () => true, limit: "64kb" }));
  app.get("/health", (_, response) => void response.json({ ok: true }));
  app.get("/", (_, response) => void response.type("html").send(listPage(desk.sessions(), webhook)));
  app.get("/lab/sessions", (_, response) => void response.json({ items: desk.sessions() }));
  app.post("/lab/webhook", (request, response) => {
    const url = parseObject(String(request.body))?.url;
    if (typeof url !== "string" || !URL.canParse(url)) response.status(400).json({ error: "url: an address" });
    else {
      webhook = url;
      response.json({ url });
    }
  });
  app.get("/pay/:id", (request, response) => {
    const session = desk.sessions().find((each) => each.id === request.params.id);
    if (session === undefined) response.status(404).type("text").send("no such session");
    else response.type("html").send(payPage(session));
  });
  app.post("/pay/:id/:outcome", (request, response) => {
    const { id, outcome } = request.params;
    const session = desk.sessions().find((each) => each.id === id);
    if (session === undefined || !["pay", "slowly", "arrive", "expire", "back"].includes(outcome)) {
      response.status(404).type("text").send("no such session or outcome");
      return;
    }
    const { client_reference_id: reference } = session;
    if (outcome === "pay") {
      desk.decide(reference, "pay");
      tell(reference, ["checkout.session.completed"]);
    } else if (outcome === "slowly") {
      desk.decide(reference, "complete");
      tell(reference, ["checkout.session.completed"]);
    } else if (outcome === "arrive") {
      desk.decide(reference, "pay");
      tell(reference, ["checkout.session.completed", "checkout.session.async_payment_succeeded"]);
    } else if (outcome === "expire") {
      desk.decide(reference, "expire");
      tell(reference, ["checkout.session.expired"]);
    }
    const away = outcome === "pay" || outcome === "slowly" ? session.success_url : session.cancel_url;
    response.redirect(303, outcome === "arrive" || away === "" ? "/" : away);
  });
  app.use((request, response, next) => {
    const body = typeof request.body === "string" ? request.body : "";
    const headers = request.headers as Record<string, string | undefined>;
    desk.request({ method: request.method, url: publicUrl() + request.originalUrl, headers, body }).then((answer) => {
      response.status(answer.status).type("json").send(answer.body);
    }, next);
  });
  return { app, desk };
}

const price = ({ currency, amount_total: amount }: StripeSession) =>
  `${escapeHtml(currency.toUpperCase())} ${(amount / 100).toFixed(2)}`;
const form = (id: string, outcome: string, label: string, style = "") =>
  `<form method="post" action="/pay/${escapeHtml(id)}/${outcome}"><button${style}>${label}</button></form>`;
const quiet = ' class="quiet"';

function payPage(session: StripeSession): string {
  const { id, name, client_reference_id: reference, status } = session;
  const buttons = [
    form(id, "pay", "Pay"),
    form(id, "slowly", "Pay by a way that takes days", quiet),
    form(id, "back", "Go back", quiet),
    form(id, "expire", "Let it expire", quiet),
  ];
  return page(
    "Simulated Stripe",
    `<main>
<h1>${price(session)}</h1>
<p>${escapeHtml(name)}, order ${escapeHtml(reference)}: ${status}.</p>
${status === "open" ? buttons.join("\n") : ""}
<p class="soft">No money moves. Each event goes out twice, and the last one first.</p>
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
