/** The simulated Pesapal on HTTP: its API, and the page where a customer pays, gives up, or has it turned round. */
import type { World } from "@karibu/protocol/world";
import express, { type Express } from "express";
import { request as send } from "undici";
import { escapeHtml, page } from "../daraja/page.ts";
import { createPesapalDesk, type Notice, type PesapalDesk, type PesapalOrder } from "./desk.ts";

export interface Pesapal {
  readonly app: Express;
  readonly desk: PesapalDesk;
}

const states = ["not paid", "paid", "given up", "turned round"];

/** @param publicUrl where browsers reach it, without a slash at the end */
export function createPesapal(world: World, publicUrl: () => string, notify = postNotice): Pesapal {
  const desk = createPesapalDesk(world, notify, (trackingId) => `${publicUrl()}/pay/${trackingId}`);
  const app = express().disable("x-powered-by");
  app.use(express.text({ type: () => true, limit: "64kb" }));
  app.get("/health", (_, response) => void response.json({ ok: true }));
  app.get("/", (_, response) => void response.type("html").send(listPage(desk.orders())));
  app.get("/pay/:id", (request, response) => {
    const order = desk.orders().find((each) => each.trackingId === request.params.id);
    if (order === undefined) response.status(404).type("text").send("no such order");
    else response.type("html").send(payPage(order));
  });
  app.post("/pay/:id/:outcome", (request, response, next) => {
    const { id, outcome } = request.params;
    const order = desk.orders().find((each) => each.trackingId === id);
    if (order === undefined || (outcome !== "pay" && outcome !== "fail" && outcome !== "reverse")) {
      response.status(404).type("text").send("no such order or outcome");
      return;
    }
    const back = () => response.redirect(303, outcome === "reverse" ? "/" : desk.returnUrl(order));
    // The browser does not wait for the notices, nor fail with them.
    desk.decide(order.reference, outcome).catch((error: unknown) => {
      world.log.warn("notice-not-delivered", { error: String(error) });
    });
    try {
      back();
    } catch (error) {
      next(error);
    }
  });
  app.get("/lab/orders", (_, response) => void response.json({ items: desk.orders() }));
  app.use((request, response, next) => {
    const body = typeof request.body === "string" && request.body !== "" ? { body: request.body } : {};
    const headers = request.headers as Record<string, string | undefined>;
    desk
      .request({ method: request.method, url: publicUrl() + request.originalUrl, headers, ...body })
      .then((answer) => void response.status(answer.status).type("json").send(answer.body), next);
  });
  return { app, desk };
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
${status === 0 ? form("pay", "Pay") + form("fail", "Give up", ' class="quiet"') : ""}
<p class="soft">No money moves. The notice goes out four times at once, as the real one's has been seen to.</p>
</main>`,
  );
}

function listPage(orders: readonly PesapalOrder[]): string {
  const rows = [...orders].reverse().map(({ trackingId, reference, amount, currency, status }) => {
    const turn =
      status === 1
        ? `<form method="post" action="/pay/${escapeHtml(trackingId)}/reverse"><button class="quiet">Turn round</button></form>`
        : "";
    const link = `<a href="/pay/${escapeHtml(trackingId)}">${escapeHtml(reference)}</a>`;
    return `<tr><td class="digits">${link}</td><td>${escapeHtml(currency)} ${amount.toFixed(2)}</td><td>${states[status]} ${turn}</td></tr>`;
  });
  return page(
    "Simulated Pesapal",
    `<main><h1>Simulated Pesapal</h1>
<p class="soft">Orders that the hub made, newest first. Nothing leaves this machine.</p>
<table>${rows.join("\n") || "<tr><td>No orders yet.</td></tr>"}</table></main>`,
  );
}
