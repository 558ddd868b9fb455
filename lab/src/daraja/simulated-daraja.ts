/**
 * The simulated Daraja without HTTP: requests and answers are plain values; time and chance are handed in. `daraja-http.ts`
 * serves it on a port; the simulation calls it directly. It keeps its own books of the money that moved.
 */

import { readJsonObject } from "@karibu/protocol/foreign-json";
import { sha256Hex } from "@karibu/protocol/hash";
import { newId, newSecret } from "@karibu/protocol/identifiers";
import { sleep, type World } from "@karibu/protocol/world";
import { callbackBody } from "./callback-body.ts";
import { answer, eastAfricaStamp, errorAnswer, type HttpAnswer } from "./daraja-answers.ts";
import type {
  DarajaApp,
  DarajaRequest,
  Delivered,
  Prompt,
  Result,
  SimulatedDaraja,
  SimulatedDarajaOptions,
  Success,
} from "./daraja-types.ts";
import { createOrganisation } from "./organisation.ts";
import { checkPassword, checkPush, type Push, type Refusal, signerOf } from "./push-checks.ts";
import { answerQuery } from "./query-answers.ts";
import { createReceiptCodes } from "./receipt-codes.ts";
import { type Script, scriptOf } from "./scripted-phones.ts";

export const wrongPin = "0000";
const paid = { code: "0", text: "The service request is processed successfully." };
const promptsKeptMax = 5000;

export function createSimulatedDaraja(world: World, options: SimulatedDarajaOptions): SimulatedDaraja {
  const { apps, deliver } = options;
  const {
    scriptedMs = 2000,
    promptMs = 60_000,
    lateMs = 90_000,
    querySpacingMs = 12_000,
    tokenSeconds = 3599,
  } = options;
  const tokens = new Map<string, { readonly token: string; readonly endsAtMs: number }>();
  const lastQueryMs = new Map<string, number>();
  const queryCounts = new Map<string, number>();
  const { books } = options;
  const prompts = new Map<string, Prompt>((books?.prompts ?? []).map((each) => [each.checkoutRequestId, each]));
  const successes: Success[] = [...(books?.successes ?? [])];
  const newReceipt = createReceiptCodes(world);
  const pendingDeliveries = new Set<Promise<unknown>>();
  const post = async (url: string, body: string): Promise<Delivered> => {
    const delivery = deliver(url, body).catch(() => ({ status: 0, body: "" }));
    pendingDeliveries.add(delivery);
    return delivery.finally(() => pendingDeliveries.delete(delivery));
  };
  /** Does the work after a delay; `delivered` waits for it. */
  const later = (delayMs: number, work: () => Promise<unknown>): void => {
    const done = new Promise<void>((resolve) => {
      world.clock.after(delayMs, () => void work().finally(resolve));
    }).finally(() => pendingDeliveries.delete(done));
    pendingDeliveries.add(done);
  };
  const organisation = createOrganisation(world, {
    apps,
    post,
    later,
    lateMs,
    newReceipt,
    successes,
    resultMs: options.resultMs ?? 200,
    pageRows: options.pageRows ?? 100,
    ...(options.results === undefined ? {} : { results: options.results }),
    ...(options.failsWith === undefined ? {} : { failsWith: options.failsWith }),
    ...(options.msisdnForm === undefined ? {} : { msisdnForm: options.msisdnForm }),
    ...(books === undefined ? {} : { books }),
    hash: sha256Hex,
  });

  async function issueToken(headers: DarajaRequest["headers"], query: DarajaRequest["query"]): Promise<HttpAnswer> {
    if (options.tokenMs) await sleep(world.clock, options.tokenMs);
    if (query !== undefined && query.get("grant_type") !== "client_credentials")
      return errorAnswer(400, "400.008.02", "Invalid grant type passed");
    const authorization = headers.authorization ?? "";
    if (!authorization.startsWith("Basic ")) return errorAnswer(400, "400.008.01", "Invalid Authentication passed");
    const [key, secret] = Buffer.from(authorization.slice(6), "base64").toString("utf8").split(":");
    const app = apps.find((each) => each.consumerKey === key && each.consumerSecret === secret);
    if (app === undefined) return { status: 400, body: "", type: "application/json" };
    const token = newSecret(world, 14);
    tokens.set(app.consumerKey, { token, endsAtMs: world.clock.monotonicMs() + tokenSeconds * 1000 });
    return answer({ access_token: token, expires_in: String(tokenSeconds) });
  }

  function appOf(headers: DarajaRequest["headers"]): DarajaApp | null {
    const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1];
    const nowMs = world.clock.monotonicMs();
    return (
      apps.find((each) => {
        const held = tokens.get(each.consumerKey);
        return held !== undefined && held.token === bearer && held.endsAtMs > nowMs;
      }) ?? null
    );
  }

  async function push(fields: Record<string, unknown>): Promise<HttpAnswer> {
    const checked = checkPush(fields, apps, world.clock.wall().atMs);
    if ("code" in checked) return errorAnswer(checked.status, checked.code, checked.message);
    const script = scriptOf(checked.msisdn);
    if (typeof script?.answer === "object") {
      const isPage = script.answer.body.startsWith("<");
      return { ...script.answer, type: isPage ? "text/html" : "application/json" };
    }
    if (openPrompt(checked.msisdn) !== null) {
      const message = "Unable to lock subscriber, a transaction is already in process for the current subscriber";
      return errorAnswer(500, "500.001.1001", message);
    }
    const prompt = open(checked);
    if (script === null) endUnattended(prompt, promptMs);
    else if (script.answer === "late") await play(prompt, script);
    else world.clock.after(script.actsAfterMs ?? scriptedMs, () => void play(prompt, script));
    if (script?.answer === "lost") return errorAnswer(500, "500.001.1001", "");
    return answer({
      MerchantRequestID: prompt.merchantRequestId,
      CheckoutRequestID: prompt.checkoutRequestId,
      ResponseCode: "0",
      ResponseDescription: "Success. Request accepted for processing",
      CustomerMessage: "Success. Request accepted for processing",
    });
  }

  function endUnattended(prompt: Prompt, delayMs: number): void {
    world.clock.after(delayMs, () => void end(prompt, { code: "1037", text: "No response from user." }, "once"));
  }

  function open(push: Push): Prompt {
    const nowMs = world.clock.wall().atMs;
    const stamp = eastAfricaStamp(nowMs);
    const dayFirst = stamp.slice(6, 8) + stamp.slice(4, 6) + stamp.slice(0, 4) + stamp.slice(8);
    const [noise = 0] = world.random.bytes(1);
    const prompt: Prompt = {
      merchantRequestId: newId(world).slice(9),
      checkoutRequestId: `ws_CO_${dayFirst}${String(prompts.size).padStart(5, "0")}${noise}${push.msisdn.slice(3)}`,
      msisdn: push.msisdn,
      amount: push.amount,
      shortcode: push.app.shortcode,
      business: push.app.business,
      accountReference: push.accountReference,
      description: push.description,
      callbackUrl: push.callbackUrl,
      stamp,
      openedAtMs: nowMs,
      result: null,
      ignored: false,
      deliveries: [],
    };
    prompts.set(prompt.checkoutRequestId, prompt);
    if (prompts.size > promptsKeptMax) prompts.delete(prompts.keys().next().value as string);
    return prompt;
  }

  async function play(prompt: Prompt, script: Script): Promise<void> {
    await end(prompt, script.outcome, script.callback);
  }

  /** Ends the prompt, moves the money if it was paid, and posts the callback as `how` says. */
  async function end(prompt: Prompt, outcome: { code: string; text: string }, how: Script["callback"]): Promise<void> {
    if (prompt.result !== null) return;
    prompt.result = settle(prompt, outcome);
    const post = (result: Result) => postCallback(prompt, result, callbackBody(prompt, result, how));
    switch (how) {
      case "never":
        return sendConfirmation(prompt.result);
      case "twice":
        await Promise.all([post(prompt.result), post(prompt.result)]);
        return;
      case "late":
        later(scriptOf(prompt.msisdn)?.lateMs ?? lateMs, () => post(prompt.result as Result));
        return;
      case "then-paid":
        await post(prompt.result);
        prompt.result = settle(prompt, paid);
        await post(prompt.result);
        return;
      default:
        await post(prompt.result);
    }
  }

  function settle(prompt: Prompt, outcome: { code: string; text: string }): Result {
    if (outcome.code !== "0") return { ...outcome, receipt: null };
    const receipt = newReceipt();
    const { checkoutRequestId, shortcode, msisdn, accountReference, amount } = prompt;
    successes.push({
      receipt,
      checkoutRequestId,
      shortcode,
      msisdn,
      accountReference,
      amount,
      atMs: world.clock.wall().atMs,
    });
    return { ...outcome, receipt };
  }

  /** Posts the callback, and the C2B confirmation before or after it. */
  async function postCallback(prompt: Prompt, result: Result, body: string): Promise<void> {
    if (confirmationOf(result) === "before") await sendConfirmation(result);
    if (options.loses?.(prompt) !== true) prompt.deliveries.push((await post(prompt.callbackUrl, body)).status);
    if (confirmationOf(result) === "after") await sendConfirmation(result);
  }

  const successOf = ({ receipt }: Result) =>
    receipt === null ? undefined : successes.findLast((each) => each.receipt === receipt);

  function confirmationOf(result: Result): "before" | "after" | "never" {
    const success = successOf(result);
    return success === undefined ? "never" : (options.confirmsPush?.(success) ?? "after");
  }

  async function sendConfirmation(result: Result): Promise<void> {
    const success = successOf(result);
    if (success !== undefined && confirmationOf(result) !== "never") await organisation.confirm(success);
  }

  function answerStkQuery(app: DarajaApp, fields: Record<string, unknown>): HttpAnswer {
    const nowMs = world.clock.monotonicMs();
    const spacingMs = typeof querySpacingMs === "function" ? querySpacingMs() : querySpacingMs;
    if (nowMs - (lastQueryMs.get(app.consumerKey) ?? Number.NEGATIVE_INFINITY) < spacingMs) {
      const faultstring =
        "Spike arrest violation. Allowed rate : MessageRate{messagesPerPeriod=5, periodInMicroseconds=60000000, maxBurstMessageCount=1.0}";
      const detail = { errorcode: "policies.ratelimit.SpikeArrestViolation" };
      return { status: 429, body: JSON.stringify({ fault: { faultstring, detail } }), type: "application/json" };
    }
    lastQueryMs.set(app.consumerKey, nowMs);
    if (String(fields.BusinessShortCode) !== signerOf(app))
      return errorAnswer(400, "400.002.02", "Bad Request - Invalid BusinessShortCode");
    const wrong: Refusal | null = checkPassword(fields, app, world.clock.wall().atMs);
    if (wrong !== null) return errorAnswer(wrong.status, wrong.code, wrong.message);
    const prompt = prompts.get(String(fields.CheckoutRequestID));
    if (prompt === undefined || prompt.shortcode !== app.shortcode) {
      return errorAnswer(400, "400.002.02", "Bad Request - Invalid CheckoutRequestID");
    }
    const times = queryCounts.get(prompt.checkoutRequestId) ?? 0;
    queryCounts.set(prompt.checkoutRequestId, times + 1);
    return answerQuery(prompt, times, world.clock.wall().atMs);
  }

  function openPrompt(msisdn: string): Prompt | null {
    return [...prompts.values()].findLast((each) => each.msisdn === msisdn && each.result === null) ?? null;
  }

  // Prompts of an earlier run end by time-out: their scripts are gone.
  for (const prompt of prompts.values()) {
    if (prompt.result !== null) continue;
    endUnattended(prompt, Math.max(0, prompt.openedAtMs + promptMs - world.clock.wall().atMs));
  }

  return {
    async request({ method, path, query, headers, body }) {
      if (path === "/oauth/v1/generate") {
        return method === "GET"
          ? issueToken(headers, query)
          : errorAnswer(404, "404.001.04", "Invalid Authentication Header");
      }
      const isPush = path === "/mpesa/stkpush/v1/processrequest";
      const isQuery = path === "/mpesa/stkpushquery/v1/query";
      if (method !== "POST") return errorAnswer(405, "405.001", "Method Not Allowed");
      const app = appOf(headers);
      if (app === null) return errorAnswer(404, "404.001.03", "Invalid Access Token");
      const fields = (headers["content-type"] ?? "").startsWith("application/json") ? readJsonObject(body) : {};
      if (fields === null) return errorAnswer(400, "400.002.05", "Invalid Request Payload");
      if (isPush) return push(fields);
      return isQuery
        ? answerStkQuery(app, fields)
        : (organisation.request(path, app, fields) ?? errorAnswer(404, "404.001.01", "Resource not found"));
    },
    act(msisdn, action) {
      const prompt = openPrompt(msisdn);
      if (prompt === null) return null;
      if (action.kind === "ignore") {
        prompt.ignored = true;
        return "ignored";
      }
      const outcome =
        action.kind === "cancel"
          ? { code: "1032", text: "Request cancelled by user." }
          : action.pin === wrongPin
            ? { code: "2001", text: "The initiator information is invalid." }
            : paid;
      void end(prompt, outcome, options.delivery?.(prompt) ?? "once");
      return prompt.result;
    },
    prompts: () => [...prompts.values()],
    successes: () => successes,
    books: () => ({ format: 1, prompts: [...prompts.values()], successes, ...organisation.books() }),
    organisation,
    async delivered() {
      while (pendingDeliveries.size > 0) await Promise.all(pendingDeliveries);
    },
  };
}
