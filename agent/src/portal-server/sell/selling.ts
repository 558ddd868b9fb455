/**
 * The seller's page and its API. It sells through `cash-sales.ts`.
 *   GET  /sell          the form
 *   POST /sell          the form's answer: the code, or why not (a page either way)
 *   POST /api/sales     {saleId, seller, pin, planKey} -> 201 Sold | 4xx problem
 */
import { newSecret } from "@karibu/protocol/identifiers";
import { complaint } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import * as z from "zod/mini";
import type { CashSales, SaleOutcome, SaleRequest } from "../../cash/cash-sales.ts";
import type { SaleRefusal } from "../../cash/sell-policy.ts";
import type { HttpRequest, HttpResponse } from "../../ground/http.ts";
import type { FeedStore } from "../../store/feed-store.ts";
import type { LabelledCounter } from "../http/metrics.ts";
import { type ProblemExtra, problemResponse } from "../http/problems.ts";
import { createRateLimit } from "../http/rate-limit.ts";
import { jsonResponse, textResponse } from "../http/responses.ts";
import { securityHeaders } from "../http/security-headers.ts";
import type { Visit } from "../visit/visit.ts";
import { renderSellPage, sellPageSecurity } from "./sell-page.ts";
import type { SellLanguage } from "./sell-strings.ts";

export interface SellParts {
  readonly cash: CashSales;
  readonly feed: Pick<FeedStore, "rows">;
}

export interface Selling {
  page(request: HttpRequest, query: URLSearchParams): HttpResponse;
  submit(request: HttpRequest, visit: Visit): Promise<HttpResponse>;
  api(body: unknown, visit: Visit): Promise<HttpResponse>;
}

const saleSchema = z.object({
  saleId: z.string().check(z.regex(/^[0-9a-f]{32}$/, "must be 32 hex digits")),
  seller: z.string().check(z.minLength(1), z.maxLength(100)),
  pin: z.string().check(z.minLength(1), z.maxLength(12)),
  planKey: z.string().check(z.minLength(1), z.maxLength(200)),
});

export function createSelling(world: World, parts: SellParts, outcomes: LabelledCounter): Selling {
  const { cash } = parts;
  /** Hashing a PIN costs the router some time. */
  const limit = createRateLimit({ burst: 10, everyMs: 6000, keysMax: 1024 });

  function languageOf(request: HttpRequest, asked: string | null): SellLanguage {
    if (asked === "en" || asked === "sw") return asked;
    const accepted = (request.headers["accept-language"] ?? "").slice(0, 2).toLowerCase();
    if (accepted === "en" || accepted === "sw") return accepted;
    return parts.feed.rows("provider").get("provider")?.locale ?? "en";
  }

  function pageOf(
    language: SellLanguage,
    typed: { seller: string; planKey: string | null; saleId: string | null },
    outcome: SaleOutcome | null,
    status = 200,
  ): HttpResponse {
    const html = renderSellPage({
      language,
      siteName: parts.feed.rows("site").get("site")?.name ?? "",
      hasSellers: cash.isOpen,
      plans: cash.plans(),
      saleId: typed.saleId ?? newSecret(world, 16),
      seller: typed.seller,
      planKey: typed.planKey,
      outcome,
    });
    const answer = textResponse("text/html; charset=utf-8", html);
    const headers = { ...securityHeaders(null), ...answer.headers, "content-security-policy": sellPageSecurity };
    return { ...answer, status, headers };
  }

  async function sell(request: SaleRequest, { device, limitKeys }: Visit): Promise<SaleOutcome> {
    const nowMs = world.clock.monotonicMs();
    const wait = Math.max(0, ...limitKeys.map(({ key }) => limit.take(key, nowMs)));
    const outcome: SaleOutcome =
      wait > 0 ? { kind: "refused", reason: "slow-down", retryAfterSeconds: wait } : await cash.sell(request, device);
    outcomes.add({ action: "sell", outcome: outcome.kind === "sold" ? "sold" : outcome.reason });
    return outcome;
  }

  return {
    page: (request, query) =>
      pageOf(languageOf(request, query.get("lang")), { seller: "", planKey: null, saleId: null }, null),
    async submit(request, visit) {
      const fields = new URLSearchParams(request.body);
      const language = languageOf(request, fields.get("lang"));
      const typed = {
        seller: fields.get("seller") ?? "",
        planKey: fields.get("planKey"),
        saleId: fields.get("saleId"),
      };
      const parsed = saleSchema.safeParse(Object.fromEntries(fields));
      const seller = typed.seller.slice(0, 100);
      if (!parsed.success) {
        const refusal = { kind: "refused", reason: "bad-request", retryAfterSeconds: null } as const;
        return pageOf(language, { ...typed, seller, saleId: null }, refusal, 400);
      }
      const outcome = await sell(parsed.data, visit);
      return pageOf(language, { ...typed, seller }, outcome, outcome.kind === "sold" ? 200 : statuses[outcome.reason]);
    },
    async api(body, visit) {
      const parsed = saleSchema.safeParse(body);
      if (!parsed.success) {
        const { field, message } = complaint(parsed.error);
        return problemResponse("bad-request", { field: field || "body", detail: message });
      }
      const outcome = await sell(parsed.data, visit);
      if (outcome.kind === "sold") return { ...jsonResponse(outcome), status: 201 };
      const { reason, retryAfterSeconds } = outcome;
      const extra: ProblemExtra = {
        status: statuses[reason],
        detail: reason,
        ...fieldOf(reason),
        ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }),
      };
      return problemResponse(problemCodeOf[reason], extra);
    },
  };
}

const statuses: Readonly<Record<SaleRefusal, number>> = {
  "wrong-pin": 403,
  locked: 429,
  "slow-down": 429,
  "unknown-plan": 422,
  "float-used-up": 409,
  "bad-request": 400,
  "not-written": 503,
};

const problemCodeOf = {
  "wrong-pin": "wrong-password",
  locked: "guessing",
  "slow-down": "slow-down",
  "unknown-plan": "unknown-plan",
  "float-used-up": "not-offered",
  "bad-request": "bad-request",
  "not-written": "fault",
} as const;

function fieldOf(reason: SaleRefusal): { field?: string } {
  if (reason === "wrong-pin" || reason === "locked") return { field: "pin" };
  if (reason === "unknown-plan" || reason === "float-used-up") return { field: "planKey" };
  return reason === "bad-request" ? { field: "saleId" } : {};
}
