/** The simulated Daraja over HTTP: Safaricom's API, the pages of the phones, and `/lab` routes for tests. */

import { readJsonObject } from "@karibu/protocol/foreign-json";
import type { World } from "@karibu/protocol/world";
import express, { type Express, type Request, type Response } from "express";
import { request as send } from "undici";
import type { Delivered, Prompt, SimulatedDaraja, SimulatedDarajaOptions } from "./daraja-types.ts";
import { homePage, phonePage } from "./phone-page.ts";
import { sampleApp } from "./sample-app.ts";
import { scriptOf } from "./scripted-phones.ts";
import { createSimulatedDaraja } from "./simulated-daraja.ts";
import { statementCsv } from "./statement.ts";

export type DarajaOptions = Partial<SimulatedDarajaOptions>;

export interface DarajaHttp {
  readonly app: Express;
  readonly daraja: SimulatedDaraja;
}

/** Without options it knows the sample app, waits as long as the real one, and posts callbacks over HTTP. */
export function createDarajaHttp(world: World, options: DarajaOptions = {}): DarajaHttp {
  const daraja = createSimulatedDaraja(world, { apps: [sampleApp], deliver: postCallback, ...options });
  const app = express().disable("x-powered-by");
  app.use(express.text({ type: () => true, limit: "64kb" }));

  app.get("/health", (_, response) => void response.json({ ok: true }));
  app.get("/", (_, response) => {
    const phones = new Set(daraja.prompts().map((prompt) => prompt.msisdn));
    const unscripted = [...phones].filter((msisdn) => scriptOf(msisdn) === null).reverse();
    response.type("html").send(homePage(unscripted.slice(0, 20), daraja.successes().slice(-20).reverse()));
  });
  app.get("/phone", (request, response) => {
    const msisdn = readMsisdn(String(request.query.number ?? ""));
    if (msisdn === null) response.status(400).type("text").send("number: no Kenyan mobile number");
    else response.redirect(303, `/phone/${msisdn}`);
  });
  app.get("/phone/:number", (request, response) => {
    const msisdn = readMsisdn(request.params.number);
    if (msisdn === null) response.status(404).type("text").send("no Kenyan mobile number");
    else if (msisdn !== request.params.number) response.redirect(303, `/phone/${msisdn}`);
    else response.type("html").send(phonePage(msisdn, scriptOf(msisdn)));
  });
  app.get("/phone/:number/state", (request, response) => {
    const msisdn = readMsisdn(request.params.number);
    response.json(screen(daraja.prompts().filter((prompt) => prompt.msisdn === msisdn)));
  });
  app.post("/phone/:number/:action", (request: Request, response: Response) => {
    const { number, action } = request.params as { number: string; action: string };
    const msisdn = readMsisdn(number);
    if (msisdn === null || (action !== "pay" && action !== "cancel" && action !== "ignore")) {
      response.status(404).json({ error: "no such phone or action" });
      return;
    }
    const done = daraja.act(msisdn, action === "pay" ? { kind: "pay", pin: readPin(request.body) } : { kind: action });
    if (done === null) response.status(409).json({ error: "no prompt is open on this phone" });
    else response.json({ result: done });
  });
  /** A person pays to the paybill from the M-Pesa menu. */
  app.post("/lab/pay-bill", (request, response, next) => {
    const { shortcode, msisdn, amount, account } = readJsonObject(String(request.body)) ?? {};
    const phone = readMsisdn(String(msisdn));
    if (phone === null || !Number.isInteger(amount)) {
      response.status(400).json({ error: "msisdn, amount: a Kenyan number and whole shillings" });
      return;
    }
    const payment = {
      shortcode: String(shortcode),
      msisdn: phone,
      amount: Number(amount),
      account: String(account ?? ""),
    };
    daraja.organisation.payBill(payment).then((success) => void response.json({ success }), next);
  });
  app.get("/lab/statement.csv", (request, response) => {
    const layout = request.query.layout === "short" ? "short" : "portal";
    response.type("csv").send(statementCsv(layout, daraja.successes(), daraja.organisation));
  });
  app.get("/lab/successes", (_, response) => void response.json({ items: daraja.successes() }));
  /** `{"initiator":"karibu","result":"2001"}`: calls of this initiator now end with this code. Null: they succeed again. */
  app.post("/lab/initiators", (request, response) => {
    const { initiator, result } = readJsonObject(String(request.body)) ?? {};
    if (typeof initiator !== "string" || (typeof result !== "string" && result !== null)) {
      response.status(400).json({ error: "initiator, result: a name, and a result code or null" });
      return;
    }
    daraja.organisation.initiators.refuse(initiator, result);
    response.json({ initiator, result });
  });
  app.get("/lab/signed-calls", (_, response) => void response.json({ items: daraja.organisation.initiators.signed() }));
  app.get("/lab/prompts", (_, response) => void response.json({ items: daraja.prompts() }));

  app.use((request: Request, response: Response, next) => {
    const headers = request.headers as Record<string, string | undefined>;
    const body = typeof request.body === "string" ? request.body : "";
    const query = new URL(request.originalUrl, "http://daraja").searchParams;
    daraja.request({ method: request.method, path: request.path, query, headers, body }).then((answer) => {
      response.status(answer.status).type(answer.type).send(answer.body);
    }, next);
  });
  return { app, daraja };
}

/** What the phone shows: the open prompt and the last two messages. */
function screen(prompts: readonly Prompt[]) {
  const open = prompts.findLast((prompt) => prompt.result === null);
  const messages = prompts
    .filter((prompt) => prompt.result !== null)
    .slice(-2)
    .map(({ result, amount, business, accountReference }) => ({
      good: result?.receipt != null,
      text:
        result?.receipt == null
          ? `Not paid: ${result?.text}`
          : `${result.receipt} Confirmed. Ksh${amount.toFixed(2)} sent to ${business} for account ${accountReference}.`,
    }));
  if (open === undefined) return { prompt: null, messages };
  const { checkoutRequestId, business, amount, accountReference, ignored } = open;
  return { prompt: { checkoutRequestId, business, amount, accountReference, ignored }, messages };
}

async function postCallback(url: string, body: string): Promise<Delivered> {
  const answer = await send(url, {
    method: "POST",
    headers: { "content-type": "application/json;charset=UTF-8" },
    body,
    signal: AbortSignal.timeout(10_000),
  });
  return { status: answer.statusCode, body: await answer.body.text() };
}

function readMsisdn(typed: string): string | null {
  const digits = typed.replace(/\D/g, "").replace(/^0(?=[17]\d{8}$)/, "254");
  return /^254[17]\d{8}$/.test(digits) ? digits : null;
}

function readPin(body: unknown): string {
  const pin = readJsonObject(String(body))?.pin;
  return typeof pin === "string" ? pin : "";
}
