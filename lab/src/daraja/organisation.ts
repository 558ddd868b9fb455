/**
 * The organisation's side of the simulated Daraja: payments from the M-Pesa menu, their list (Pull Transactions), the status of a
 * receipt, reversals, payouts, balance. It shares the books of `simulated-daraja.ts`.
 */
import { readJson } from "@karibu/protocol/foreign-json";
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { answer, eastAfricaStamp, errorAnswer, type HttpAnswer } from "./daraja-answers.ts";
import type {
  Organisation,
  OrganisationOptions,
  Payout,
  RegisteredUrls,
  ReturnedPayout,
  Reversal,
  Success,
} from "./daraja-types.ts";
import { createInitiators, refusalWith } from "./initiators.ts";
import { createPullTransactions } from "./pull-transactions.ts";

type Fields = Record<string, unknown>;

export const payoutPath = "/mpesa/b2c/v3/paymentrequest";
export const reversalPath = "/mpesa/reversal/v1/request";

export function createOrganisation(world: World, options: OrganisationOptions): Organisation {
  const { post, later: afterwards, lateMs, newReceipt, successes, resultMs = 200, pageRows = 100, hash } = options;
  const { books } = options;
  const urls = new Map<string, RegisteredUrls>(Object.entries(books?.registered ?? {}));
  const pulling = new Set<string>(books?.pulling);
  const payoutIds = new Set<string>(books?.payoutIds);
  const repeated: string[] = [];
  const reversals: Reversal[] = [...(books?.reversals ?? [])];
  const payouts: Payout[] = [...(books?.payouts ?? [])];
  const returnedPayouts: ReturnedPayout[] = [...(books?.returnedPayouts ?? [])];
  let calls = 0;
  const initiators = createInitiators();
  const pull = createPullTransactions(world, successes, pageRows);
  const nowMs = () => world.clock.wall().atMs;

  function shown(msisdn: string, shortcode: string): string {
    const { msisdnForm = urls.get(shortcode)?.version === "v1" ? "hash" : "mask" } = options;
    if (msisdnForm === "full") return msisdn;
    return msisdnForm === "hash" ? hash(msisdn) : `${msisdn.slice(0, 4)} ***** ${msisdn.slice(-3)}`;
  }

  function confirmation(success: Success, balance: string) {
    return JSON.stringify({
      TransactionType: success.transactionType ?? "Pay Bill",
      TransID: success.receipt,
      TransTime: eastAfricaStamp(success.atMs),
      TransAmount: success.amount.toFixed(2),
      BusinessShortCode: success.shortcode,
      BillRefNumber: success.accountReference,
      InvoiceNumber: "",
      OrgAccountBalance: balance,
      ThirdPartyTransID: "",
      MSISDN: shown(success.msisdn, success.shortcode),
      // Some payers have no name.
      FirstName: Number(success.msisdn.slice(-1)) === 9 ? "" : "JANE",
      MiddleName: "",
      LastName: "",
    });
  }

  function register(fields: Fields, version: "v1" | "v2"): HttpAnswer {
    const shortcode = String(fields.ShortCode);
    const banned = ["mpesa", "safaricom", "exe", "cmd", "sql", "query"];
    const unreachable = fields.ResponseType === "Cancelled" ? "cancelled" : "completed";
    const wanted = { confirmation: String(fields.ConfirmationURL), validation: String(fields.ValidationURL) };
    if (!["Completed", "Cancelled"].includes(String(fields.ResponseType)))
      return errorAnswer(400, "400.002.02", "Bad Request - Invalid ResponseType");
    for (const url of Object.values(wanted)) {
      const path = url.toLowerCase().replace(/^https?:\/\/[^/]+/, "");
      if (banned.some((word) => path.includes(word))) return errorAnswer(400, "400.003.02", "URL has a forbidden word");
    }
    if (urls.has(shortcode)) return errorAnswer(500, "500.003.1001", "Urls are already registered");
    urls.set(shortcode, { ...wanted, unreachable, version });
    return answer({ OriginatorCoversationID: newId(world), ResponseCode: "0", ResponseDescription: "Success" });
  }

  /** Accepts the call and posts its result later. */
  async function later(path: string, fields: Fields, outcome: (id: string) => Fields): Promise<HttpAnswer> {
    const id = String(fields.OriginatorConversationID ?? newId(world));
    const conversation = `AG_${eastAfricaStamp(nowMs())}_${id.slice(-8)}`;
    const body = JSON.stringify({
      Result: { ResultType: 0, OriginatorConversationID: id, ConversationID: conversation, ...outcome(id) },
    });
    const behaviour = options.results?.(calls++, path) ?? "plain";
    if (behaviour === "refused") return errorAnswer(500, "500.002.1001", "System internal error.");
    const result = behaviour === "odd" ? oddResult(body) : body;
    if (behaviour === "before-answer") await post(String(fields.ResultURL), result);
    else {
      world.clock.after(resultMs, async () => {
        if (behaviour === "queued")
          await post(
            String(fields.QueueTimeOutURL),
            JSON.stringify({ Result: { ResultCode: 1, ResultDesc: "Queued", ConversationID: conversation } }),
          );
        if (behaviour !== "lost") await post(String(fields.ResultURL), result);
      });
    }
    return answer({
      OriginatorConversationID: id,
      ConversationID: conversation,
      ResponseCode: "0",
      ResponseDescription: "Accept the service request successfully.",
    });
  }

  const parameters = (values: Record<string, string | number>) => ({
    ResultParameters: { ResultParameter: Object.entries(values).map(([Key, Value]) => ({ Key, Value })) },
  });

  /** Money that came in is known by its receipt, money that we sent by the name that it was given, too. */
  function status(path: string, fields: Fields): Promise<HttpAnswer> {
    const found = successes.find((each) => each.receipt === String(fields.TransactionID).toUpperCase());
    const sent = payouts.find((each) => each.name !== undefined && each.name === fields.OriginalConversationID);
    const [us, customer] = [`${(found ?? sent)?.shortcode} - Lab`, `${(found ?? sent)?.msisdn} - JANE DOE`];
    return later(path, fields, () => {
      const money = found ?? sent;
      return money === undefined
        ? { ResultCode: 2032, ResultDesc: "The receipt number does not exist", TransactionID: newReceipt() }
        : {
            ResultCode: 0,
            ResultDesc: "The service request is processed successfully.",
            TransactionID: newReceipt(),
            ...parameters({
              DebitPartyName: found === undefined ? us : customer,
              CreditPartyName: found === undefined ? customer : us,
              TransactionStatus: "Completed",
              Amount: money.amount.toFixed(2),
              ReceiptNo: money.receipt,
              FinalisedTime: eastAfricaStamp(money.atMs),
            }),
          };
    });
  }

  function reverse(original: string, part?: number): Reversal | null {
    const found = successes.find((each) => each.receipt === original);
    const before = reversals.filter((each) => each.original === original);
    const left = before.reduce((rest, each) => rest - each.amount, found?.amount ?? 0);
    const amount = part ?? left;
    if (amount <= 0 || amount > left) return null;
    const made = { receipt: newReceipt(), original, amount, atMs: nowMs() };
    reversals.push(made);
    return made;
  }

  function reversal(path: string, fields: Fields): Promise<HttpAnswer> {
    const original = String(fields.TransactionID);
    const known = successes.some((each) => each.receipt === original);
    const made = reverse(original);
    return later(path, fields, () => {
      if (!known) return { ResultCode: "R000002", ResultDesc: "The original transaction id is invalid" };
      if (made === null) return { ResultCode: "R000001", ResultDesc: "The transaction has already been reversed" };
      const values = { OriginalTransactionID: original, Amount: made.amount.toFixed(2), Charge: "0.00" };
      return { ResultCode: 0, ResultDesc: "Processed", TransactionID: made.receipt, ...parameters(values) };
    });
  }

  function returnPayout(original: string): ReturnedPayout | null {
    const found = payouts.find((each) => each.receipt === original);
    if (found === undefined || returnedPayouts.some((each) => each.original === original)) return null;
    const made = { receipt: newReceipt(), original, amount: found.amount, atMs: nowMs() };
    returnedPayouts.push(made);
    return made;
  }

  async function payout(path: string, fields: Fields): Promise<HttpAnswer> {
    const name = String(fields.OriginatorConversationID);
    const sum = { amount: Number(fields.Amount), atMs: nowMs() };
    const parties = { shortcode: String(fields.PartyA), msisdn: String(fields.PartyB) };
    const made = { receipt: newReceipt(), name, ...parties, ...sum };
    payouts.push(made);
    return later(path, fields, () => ({
      ResultCode: 0,
      ResultDesc: "The service request is processed successfully.",
      TransactionID: made.receipt,
      ...parameters({ TransactionReceipt: made.receipt, TransactionAmount: made.amount }),
    }));
  }

  const balanceOf = (shortcode: string) =>
    successes.filter((each) => each.shortcode === shortcode).reduce((sum, each) => sum + each.amount, 0);

  const balance = (path: string, fields: Fields, shortcode: string) =>
    later(path, fields, () => ({
      ResultCode: 0,
      ResultDesc: "ok",
      ...parameters({ AccountBalance: `Utility Account|KES|${balanceOf(shortcode).toFixed(2)}|0.00|0.00|0.00` }),
    }));

  /** A refused initiator, or a call that fails, changes nothing; its result says why. One name is taken once, whatever becomes of it. */
  async function signed(path: string, fields: Fields, carryOut: typeof status): Promise<HttpAnswer> {
    if (path === payoutPath) {
      const name = String(fields.OriginatorConversationID);
      if (payoutIds.has(name)) {
        repeated.push(name);
        return errorAnswer(500, "500.002.1001", "Duplicate OriginatorConversationID");
      }
      payoutIds.add(name);
    }
    const code = options.failsWith?.(path) ?? null;
    const refusal = initiators.sign(path, fields) ?? (code === null ? null : refusalWith(code));
    if (refusal === null) return carryOut(path, fields);
    return later(path, fields, () => ({ ...refusal, TransactionID: newReceipt() }));
  }

  return {
    request(path, app, fields) {
      if (/^\/mpesa\/c2b\/v[12]\/registerurl$/.test(path)) return register(fields, path.includes("/v1/") ? "v1" : "v2");
      switch (path) {
        case "/pulltransactions/v1/register":
          pulling.add(String(fields.ShortCode));
          return answer({
            ResponseRefID: newId(world),
            ResponseStatus: "1000",
            ResponseDescription: "Shortcode Registered Successfully",
          });
        case "/pulltransactions/v1/query":
          if (!pulling.has(String(fields.ShortCode))) return errorAnswer(401, "401.001", "Invalid Access Token");
          return pull(fields);
        case "/mpesa/transactionstatus/v1/query":
          return signed(path, fields, status);
        case reversalPath:
          return signed(path, fields, reversal);
        case payoutPath:
          return signed(path, fields, payout);
        case "/mpesa/accountbalance/v1/query":
          return signed(path, fields, () => balance(path, fields, app.shortcode));
        default:
          return null;
      }
    },
    async payBill({ shortcode, msisdn, amount, account, transactionType, confirmation: how = "once" }) {
      const known = urls.get(shortcode);
      const success: Success = {
        receipt: newReceipt(),
        checkoutRequestId: "",
        shortcode,
        msisdn,
        accountReference: account,
        amount,
        atMs: nowMs(),
        ...(transactionType === undefined ? {} : { transactionType }),
      };
      if (known !== undefined) {
        const asked = await post(known.validation, confirmation(success, ""));
        // Without an answer Safaricom does what `ResponseType` said at registration.
        if (asked.status !== 200 && known.unreachable === "cancelled") return null;
        const code = parse(asked.body).ResultCode;
        if (typeof code === "string" && code.startsWith("C2B")) return null;
      }
      successes.push(success);
      const body = confirmation(success, balanceOf(shortcode).toFixed(2));
      if (known !== undefined && how === "late") afterwards(lateMs, () => post(known.confirmation, body));
      else if (known !== undefined && how !== "never") {
        await Promise.all(Array.from({ length: how === "twice" ? 2 : 1 }, () => post(known.confirmation, body)));
      }
      return success;
    },
    async confirm(success) {
      const known = urls.get(success.shortcode);
      if (known !== undefined)
        await post(known.confirmation, confirmation(success, balanceOf(success.shortcode).toFixed(2)));
    },
    forgetUrls: (shortcode) => void urls.delete(shortcode),
    initiators,
    reverse,
    reversals: () => reversals,
    payouts: () => payouts,
    repeatedPayouts: () => repeated.flatMap((name) => payouts.filter((each) => each.name === name)),
    returnPayout,
    returnedPayouts: () => returnedPayouts,
    books: () => ({
      reversals,
      payouts,
      returnedPayouts,
      payoutIds: [...payoutIds],
      pulling: [...pulling],
      registered: Object.fromEntries(urls),
    }),
  };
}

/** Codes as text, and a single parameter as a bare object instead of a list. */
function oddResult(body: string): string {
  const { Result } = JSON.parse(body) as { Result: Fields };
  const { ResultParameter = [] } = (Result.ResultParameters ?? {}) as { ResultParameter?: { Key: string }[] };
  const only = ResultParameter.length === 1 ? { ResultParameters: { ResultParameter: ResultParameter[0] } } : {};
  return JSON.stringify({ Result: { ...Result, ...only, ResultType: "0", ResultCode: String(Result.ResultCode) } });
}

const parse = (text: string): Fields => (readJson(text) ?? {}) as Fields;
