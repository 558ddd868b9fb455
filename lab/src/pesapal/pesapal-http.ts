/** The simulated Pesapal over HTTP: its API, and the page where a customer pays or cancels, or a payment is reversed. */
import type { World } from "@karibu/protocol/world";
import express, { type Express } from "express";
import { request as send } from "undici";
import { escapeHtml, page } from "../http/page.ts";
import { createSimulatedPesapal, type Notice, type PesapalOrder, type SimulatedPesapal } from "./simulated-pesapal.ts";

export interface PesapalHttp {
  readonly app: Express;
  readonly pesapal: SimulatedPesapal;
}

const states = ["not paid", "paid", "cancelled", "reversed"];

/** @param publicUrl where browsers reach it, without a trailing slash */
export function createPesapalHttp(world: World, publicUrl: () => string, notify = postNotice): PesapalHttp {
  const pesapal = createSimulatedPesapal(world, notify, (trackingId) => `${publicUrl()}/pay/${trackingId}`);
  const app = express().disable("x-powered-by");
  app.use(express.text({ type: () => true, limit: "64kb" }));
  app.get("/health", (_, response) => void response.json({ ok: true }));
  app.get("/", (_, response) => void response.type("html").send(listPage(pesapal.orders())));
  app.get("/pay/:id", (request, response) => {
    const order = pesapal.orders().find((each) => each.trackingId === request.params.id);
    if (order === undefined) response.status(404).type("text").send("no such order");
    else response.type("html").send(payPage(order));
  });
  app.post("/pay/:id/:outcome", (request, response, next) => {
    const { id, outcome } = request.params;
    const order = pesapal.orders().find((each) => each.trackingId === id);
    if (order === undefined || (outcome !== "pay" && outcome !== "fail" && outcome !== "reverse")) {
      response.status(404).type("text").send("no such order or outcome");
      return;
    }
    const back = () => response.redirect(303, outcome === "reverse" ? "/" : pesapal.returnUrl(order));
    // The browser neither waits for the notices nor fails with them.
    pesapal.decide(order.reference, outcome).catch((error: unknown) => {
      world.log.warn("notice-not-delivered", { error: String(error) });
    });
    try {
      back();
    } catch (error) {
      next(error);
    }
  });
  app.get("/lab/orders", (_, response) => void response.json({ items: pesapal.orders() }));
  app.use((request, response, next) => {
    const body = typeof request.body === "string" && request.body !== "" ? { body: request.body } : {};
    const headers = request.headers as Record<string, string | undefined>;
    pesapal
      .request({ method: request.method, url: publicUrl() + request.originalUrl, headers, ...body })
      .then((answer) => void response.status(answer.status).type("json").send(answer.body), next);
  });
  return { app, pesapal };
}

async function postNotice({ method, url, body }: Notice): Promise<void> {
  const headers = { "content-type": "application/json" };
  const answer = await send(url, {
    method,
    ...(method === "POST" ? { headers, body } : {}),
    signal: AbortSignal.timeout(10_000),
  });
  await answer.body.dump();
}

function payPage(order: PesapalOrder): string {
  const { trackingId, amount, currency, description, reference, status } = order;
  const form = (outcome: string, label: string, style = "") =>
    `<form method="post" action="/pay/${escapeHtml(trackingId)}/${outcome}"><button${style}>${label}</button></form>`;
  return page(
    "Simulated Pesapal",
    `<main>
<h1>${escapeHtml(currency)} ${amount.toFixed(2)}</h1>
<p>${escapeHtml(description)}, order ${escapeHtml(reference)}: ${states[status]}.</p>
${status === 0 ? form("pay", "Pay") + form("fail", "Cancel", ' class="quiet"') : ""}
<p class="soft">No money moves. Pesapal may send a notice several times; this one sends it four times at once.</p>
</main>`,
  );
}

function listPage(orders: readonly PesapalOrder[]): string {
  const rows = [...orders].reverse().map(({ trackingId, reference, amount, currency, status }) => {
    const reverse =
      status === 1
        ? `<form method="post" action="/pay/${escapeHtml(trackingId)}/reverse"><button class="quiet">Reverse</button></form>`
        : "";
    const link = `<a href="/pay/${escapeHtml(trackingId)}">${escapeHtml(reference)}</a>`;
    return `<tr><td class="digits">${link}</td><td>${escapeHtml(currency)} ${amount.toFixed(2)}</td><td>${states[status]} ${reverse}</td></tr>`;
  });
  return page(
    "Simulated Pesapal",
    `<main><h1>Simulated Pesapal</h1>
<p class="soft">Orders that the hub made, newest first. Nothing leaves this machine.</p>
<table>${rows.join("\n") || "<tr><td>No orders yet.</td></tr>"}</table></main>`,
  );
}
