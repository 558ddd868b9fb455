/**
 * The simulated Daraja without HTTP: requests and answers as plain values, time and chance handed in. `app.ts` puts it on a
 * port; the simulation calls it directly. It keeps its own books: what it says was paid is what really "moved".
 */
import { createHash } from "node:crypto";
import { newId, newSecret } from "@karibu/protocol/identifiers";
import { sleep, type World } from "@karibu/protocol/world";
import { answer, complain, eastAfricaStamp, type LabAnswer, parseObject } from "./answers.ts";
import { callbackBody } from "./callback-body.ts";
import type { DarajaApp, Delivered, Desk, DeskOptions, LabRequest, Prompt, Result, Success } from "./desk-types.ts";
import { createOrgDesk } from "./org-desk.ts";
import { type Complaint, checkPassword, checkPush, type Push, signerOf } from "./push-checks.ts";
import { answerQuestion } from "./query-answers.ts";
import { createReceiptCodes } from "./receipt-codes.ts";
import { type Script, scriptOf } from "./scripted-phones.ts";

export const wrongPin = "0000";
const paid = { code: "0", text: "The service request is processed successfully." };
const promptsKeptMax = 5000;

export function createDesk(world: World, options: DeskOptions): Desk {
  const { apps, deliver } = options;
  const {
    scriptedMs = 2000,
    promptMs = 60_000,
    lateMs = 90_000,
    questionSpacingMs = 12_000,
    tokenSeconds = 3599,
  } = options;
  const tokens = new Map<string, { readonly token: string; readonly endsAtMs: number }>();
  const lastQuestionMs = new Map<string, number>();
  const timesAsked = new Map<string, number>();
  const { books } = options;
  const prompts = new Map<string, Prompt>((books?.prompts ?? []).map((each) => [each.checkoutRequestId, each]));
  const successes: Success[] = [...(books?.successes ?? [])];
  const newReceipt = createReceiptCodes(world);
  const onTheirWay = new Set<Promise<unknown>>();
  const post = async (url: string, body: string): Promise<Delivered> => {
    const delivery = deliver(url, body).catch(() => ({ status: 0, body: "" }));
    onTheirWay.add(delivery);
    return delivery.finally(() => onTheirWay.delete(delivery));
  };
  /** Something that happens after a while, and is on its way until then. */
  const later = (delayMs: number, work: () => Promise<unknown>): void => {
    const done = new Promise<void>((resolve) => {
      world.clock.after(delayMs, () => void work().finally(resolve));
    }).finally(() => onTheirWay.delete(done));
    onTheirWay.add(done);
  };
  const org = createOrgDesk(world, {
    apps,
    post,
    later,
    lateMs,
    newReceipt,
    successes,
    resultMs: options.resultMs ?? 200,
    pageRows: options.pageRows ?? 100,
    ...(options.results === undefined ? {} : { results: options.results }),
    ...(options.msisdnForm === undefined ? {} : { msisdnForm: options.msisdnForm }),
    ...(books === undefined ? {} : { books }),
    hash: (text) => createHash("sha256").update(text).digest("hex"),
  });

  async function issueToken(headers: LabRequest["headers"], query: LabRequest["query"]): Promise<LabAnswer> {
    if (options.tokenMs) await sleep(world.clock, options.tokenMs);
    if (query !== undefined && query.get("grant_type") !== "client_credentials")
      return complain(400, "400.008.02", "Invalid grant type passed");
    const authorization = headers.authorization ?? "";
    if (!authorization.startsWith("Basic ")) return complain(400, "400.008.01", "Invalid Authentication passed");
    const [key, secret] = Buffer.from(authorization.slice(6), "base64").toString("utf8").split(":");
    const app = apps.find((each) => each.consumerKey === key && each.consumerSecret === secret);
    if (app === undefined) return { status: 400, body: "", type: "application/json" };
    const token = newSecret(world, 14);
    tokens.set(app.consumerKey, { token, endsAtMs: world.clock.monotonicMs() + tokenSeconds * 1000 });
    return answer({ access_token: token, expires_in: String(tokenSeconds) });
  }

  function appOf(headers: LabRequest["headers"]): DarajaApp | null {
    const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1];
    const nowMs = world.clock.monotonicMs();
    return (
      apps.find((each) => {
        const held = tokens.get(each.consumerKey);
        return held !== undefined && held.token === bearer && held.endsAtMs > nowMs;
      }) ?? null
    );
  }

  async function push(fields: Record<string, unknown>): Promise<LabAnswer> {
    const checked = checkPush(fields, apps, world.clock.wall().atMs);
    if ("code" in checked) return complain(checked.status, checked.code, checked.message);
    const script = scriptOf(checked.msisdn);
    if (typeof script?.answer === "object") {
      const isPage = script.answer.body.startsWith("<");
      return { ...script.answer, type: isPage ? "text/html" : "application/json" };
    }
    if (openPrompt(checked.msisdn) !== null) {
      const message = "Unable to lock subscriber, a transaction is already in process for the current subscriber";
      return complain(500, "500.001.1001", message);
    }
    const prompt = open(checked);
    if (script === null) endUnattended(prompt, promptMs);
    else if (script.answer === "late") await play(prompt, script);
    else world.clock.after(script.actsAfterMs ?? scriptedMs, () => void play(prompt, script));
    if (script?.answer === "lost") return complain(500, "500.001.1001", "");
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

  /** The prompt ends: money moves or does not, and the callback goes out as told. */
  async function end(prompt: Prompt, outcome: { code: string; text: string }, how: Script["callback"]): Promise<void> {
    if (prompt.result !== null) return;
    prompt.result = settle(prompt, outcome);
    const post = (result: Result) => tellBoth(prompt, result, callbackBody(prompt, result, how));
    switch (how) {
      case "never":
        return sendTwin(prompt.result);
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

  /** The callback goes out at once, unless the confirmation of the same money overtakes it. */
  async function tellBoth(prompt: Prompt, result: Result, body: string): Promise<void> {
    if (twinOf(result) === "before") await sendTwin(result);
    if (options.loses?.(prompt) !== true) prompt.deliveries.push((await post(prompt.callbackUrl, body)).status);
    if (twinOf(result) === "after") await sendTwin(result);
  }

  const successOf = ({ receipt }: Result) =>
    receipt === null ? undefined : successes.findLast((each) => each.receipt === receipt);

  function twinOf(result: Result): "before" | "after" | "never" {
    const success = successOf(result);
    return success === undefined ? "never" : (options.twin?.(success) ?? "after");
  }

  async function sendTwin(result: Result): Promise<void> {
    const success = successOf(result);
    if (success !== undefined && twinOf(result) !== "never") await org.twin(success);
  }

  function question(app: DarajaApp, fields: Record<string, unknown>): LabAnswer {
    const nowMs = world.clock.monotonicMs();
    const spacingMs = typeof questionSpacingMs === "function" ? questionSpacingMs() : questionSpacingMs;
    if (nowMs - (lastQuestionMs.get(app.consumerKey) ?? Number.NEGATIVE_INFINITY) < spacingMs) {
      const faultstring =
        "Spike arrest violation. Allowed rate : MessageRate{messagesPerPeriod=5, periodInMicroseconds=60000000, maxBurstMessageCount=1.0}";
      const detail = { errorcode: "policies.ratelimit.SpikeArrestViolation" };
      return { status: 429, body: JSON.stringify({ fault: { faultstring, detail } }), type: "application/json" };
    }
    lastQuestionMs.set(app.consumerKey, nowMs);
    if (String(fields.BusinessShortCode) !== signerOf(app))
      return complain(400, "400.002.02", "Bad Request - Invalid BusinessShortCode");
    const wrong: Complaint | null = checkPassword(fields, app, world.clock.wall().atMs);
    if (wrong !== null) return complain(wrong.status, wrong.code, wrong.message);
    const prompt = prompts.get(String(fields.CheckoutRequestID));
    if (prompt === undefined || prompt.shortcode !== app.shortcode) {
      return complain(400, "400.002.02", "Bad Request - Invalid CheckoutRequestID");
    }
    const times = timesAsked.get(prompt.checkoutRequestId) ?? 0;
    timesAsked.set(prompt.checkoutRequestId, times + 1);
    return answerQuestion(prompt, times, world.clock.wall().atMs);
  }

  function openPrompt(msisdn: string): Prompt | null {
    return [...prompts.values()].findLast((each) => each.msisdn === msisdn && each.result === null) ?? null;
  }

  // Prompts of an earlier life: nobody plays their script any more.
  for (const prompt of prompts.values()) {
    if (prompt.result !== null) continue;
    endUnattended(prompt, Math.max(0, prompt.openedAtMs + promptMs - world.clock.wall().atMs));
  }

  return {
    async request({ method, path, query, headers, body }) {
      if (path === "/oauth/v1/generate") {
        return method === "GET"
          ? issueToken(headers, query)
          : complain(404, "404.001.04", "Invalid Authentication Header");
      }
      const isPush = path === "/mpesa/stkpush/v1/processrequest";
      const isQuestion = path === "/mpesa/stkpushquery/v1/query";
      if (method !== "POST") return complain(405, "405.001", "Method Not Allowed");
      const app = appOf(headers);
      if (app === null) return complain(404, "404.001.03", "Invalid Access Token");
      const fields = (headers["content-type"] ?? "").startsWith("application/json") ? parseObject(body) : {};
      if (fields === null) return complain(400, "400.002.05", "Invalid Request Payload");
      if (isPush) return push(fields);
      return isQuestion
        ? question(app, fields)
        : (org.request(path, app, fields) ?? complain(404, "404.001.01", "Resource not found"));
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
    books: () => ({ format: 1, prompts: [...prompts.values()], successes, ...org.books() }),
    org,
    async delivered() {
      while (onTheirWay.size > 0) await Promise.all(onTheirWay);
    },
  };
}
