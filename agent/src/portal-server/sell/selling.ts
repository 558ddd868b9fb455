/**
 * The seller's page. It sells through `cash-sales.ts`.
 *   GET  /sell                          who sells? or the packages
 *   POST /sell act=in seller pin        the phone remembers the seller (303, a cookie)
 *   POST /sell act=sell planKey saleId  the code, or why not
 *   POST /sell act=out                  the phone forgets the seller (303)
 * Who attacks this: a guest who types wrong PINs under a seller's name, so that it is locked. A phone on which the seller has logged in keeps a proof of
 * that in a cookie, and its wrong PINs are counted apart (`check-pin.ts`). The proof opens nothing: whoever copies it may type as many wrong PINs as
 * anybody, and another PIN of the seller's ends it.
 */

import { isSameSecret, sha256Hex } from "@karibu/protocol/hash";
import { newSecret } from "@karibu/protocol/identifiers";
import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import type { CashSales, SaleOutcome } from "../../cash/cash-sales.ts";
import type { PinAsker } from "../../cash/check-pin.ts";
import type { Seller } from "../../cash/sellers.ts";
import type { HttpRequest, HttpResponse } from "../../ground/http.ts";
import { createRateLimit } from "../../ground/rate-limit.ts";
import type { FeedStore } from "../../store/feed-store.ts";
import type { LabelledCounter } from "../http/metrics.ts";
import { withCookies } from "../http/responses.ts";
import { type RenderFrame, type StaffLanguage, staffLanguage, staffLanguages } from "../page/page-frame.ts";
import { readCookie } from "../visit/identify-device-policy.ts";
import type { Visit } from "../visit/visit.ts";
import { createVisitLimit } from "../visit/visit-limit.ts";
import { answerSale, saleStatuses } from "./sale-api.ts";
import {
  centsFieldOf,
  renderLogIn,
  renderNotMe,
  renderReceipt,
  renderShop,
  type SellRefusal,
  type Shop,
  sellScript,
} from "./sell-page.ts";
import { sellStrings } from "./sell-strings.ts";
import { type SellerSessions, sessionSeconds } from "./seller-sessions.ts";

export interface SellParts {
  readonly cash: CashSales;
  readonly feed: Pick<FeedStore, "rows">;
  readonly frame: RenderFrame;
  readonly sessions: SellerSessions;
  /** Proves on which phones a seller has logged in. */
  readonly phoneKey: string;
}

/** Who sells on this phone now. */
interface Shift {
  readonly seller: Seller;
  readonly proof: string;
  readonly homeUrl: string | null;
}

export interface Selling {
  /** `visitOf` may ask the router: only a phone that has a seller's cookie waits for that. */
  page(request: HttpRequest, query: URLSearchParams, visitOf: () => Promise<Visit>): Promise<HttpResponse>;
  submit(request: HttpRequest, visit: Visit): Promise<HttpResponse>;
  api(body: unknown, visit: Visit): Promise<HttpResponse>;
}

const sellerCookie = "karibu_seller";
const phoneCookie = "karibu_seller_phone";
const phoneKeptS = 180 * 86_400;

export function createSelling(world: World, parts: SellParts, outcomes: LabelledCounter): Selling {
  const { cash, feed, frame, sessions, phoneKey } = parts;
  /** Hashing a PIN costs the router some time. */
  const waitSeconds = createVisitLimit(world.clock, createRateLimit({ burst: 10, everyMs: 6000, keysMax: 1024 }));
  const provider = () => feed.rows("provider").get("provider");

  /** The session of this phone. The seller is who they are now: a disabled one, or one with a new PIN, has none. */
  async function shiftOf({ headers }: HttpRequest, { device, homeUrl }: Visit): Promise<Shift | null> {
    const token = readCookie(headers.cookie, sellerCookie);
    const session = sessions.find(token, device);
    if (session === null) return null;
    const seller = cash.present(session);
    if (seller !== null && session.isOf(seller.pin)) return { seller, proof: session.proof, homeUrl };
    await sessions.close(token);
    return null;
  }

  const phoneProof = ({ sellerId, pin }: Seller, { device }: Visit): string =>
    sha256Hex(`${sellerId} ${JSON.stringify(pin)} ${device.token} ${phoneKey}`).slice(0, 32);

  /** Whose PIN is typed where. */
  const askerOf = (visit: Visit): PinAsker => ({
    ...visit.device,
    phoneOf: (seller) =>
      isSameSecret(phoneProof(seller, visit), readCookie(visit.cookieHeader, phoneCookie) ?? "")
        ? visit.device.token
        : null,
  });

  function framed(language: StaffLanguage, main: string, session: Shift | null, status: number): HttpResponse {
    const words = sellStrings[language];
    const bar = session === null ? {} : { bar: renderNotMe(language, session.proof), script: sellScript };
    return frame(
      {
        language,
        title: words.title,
        brand: provider()?.name || "Karibu",
        place: feed.rows("site").get("site")?.name ?? "",
        addressIn: (one) => `/sell?lang=${one}`,
        languages: staffLanguages,
        main,
        ...bar,
      },
      status,
    );
  }

  function logInPage(
    language: StaffLanguage,
    seller: string,
    refusal: SellRefusal | null,
    status: number,
  ): HttpResponse {
    const main = cash.isOpen
      ? renderLogIn(language, seller, refusal)
      : `<p class="card">${sellStrings[language].noSellers}</p>`;
    return framed(language, main, null, status);
  }

  function shopPage(
    language: StaffLanguage,
    session: Shift,
    order: Pick<Shop, "saleId" | "planKey" | "phone">,
    refusal: SellRefusal | null,
    status: number,
  ): HttpResponse {
    const shop = { ...viewOf(language, session), proof: session.proof, plans: cash.plans(), ...order, refusal };
    return framed(language, renderShop(shop), session, status);
  }

  function viewOf(language: StaffLanguage, { seller, homeUrl }: Shift) {
    const wall = world.clock.wall();
    const lately = {
      sales: cash.unusedOf(seller),
      place: feed.rows("site").get("site")?.name ?? (provider()?.name || "Karibu"),
      homeUrl,
      nowMs: wall.likelyMs ?? wall.atMs,
      utcOffsetMinutes: provider()?.utcOffsetMinutes ?? 0,
    };
    return { language, sellerName: seller.name, figures: cash.figuresOf(seller), lately };
  }

  async function logIn(fields: URLSearchParams, language: StaffLanguage, visit: Visit): Promise<HttpResponse> {
    const seller = cutText(fields.get("seller") ?? "", 100);
    const pin = fields.get("pin") ?? "";
    const wait = waitSeconds(visit);
    const checked =
      wait > 0
        ? ({ kind: "refused", reason: "slow-down", retryAfterSeconds: wait } as const)
        : await cash.checkPin(seller, cutText(pin, 100), askerOf(visit));
    outcomes.add({ action: "seller-log-in", outcome: checked.kind === "seller" ? "in" : checked.reason });
    if (checked.kind === "refused") return logInPage(language, seller, checked, saleStatuses[checked.reason]);
    const known = cookieOf(phoneCookie, phoneProof(checked.seller, visit), phoneKeptS);
    const token = await sessions.open(checked.seller, visit.device);
    return seeOther(language, token, sessionSeconds, [known, visit.tokenCookie]);
  }

  async function sell(fields: URLSearchParams, language: StaffLanguage, session: Shift): Promise<HttpResponse> {
    const order = {
      saleId: fields.get("saleId") ?? "",
      planKey: cutText(fields.get("planKey") ?? "", 200),
      phone: cutText(fields.get("phone") ?? "", 30),
    };
    const seen = fields.get(centsFieldOf(order.planKey));
    const expectsCents = seen !== null && /^\d{1,12}$/.test(seen) ? Number(seen) : undefined;
    const outcome: SaleOutcome = await cash.sellAs(session.seller, { ...order, expectsCents });
    outcomes.add({ action: "sell", outcome: outcome.kind === "sold" ? "sold" : outcome.reason });
    if (outcome.kind === "sold") {
      return framed(language, renderReceipt(viewOf(language, session), outcome), session, 200);
    }
    // Only a sale that is not written yet is the same sale when it is asked for again.
    const saleId = outcome.reason === "not-written" ? order.saleId : newSecret(world, 16);
    return shopPage(language, session, { ...order, saleId }, outcome, saleStatuses[outcome.reason]);
  }

  const languageOf = (request: HttpRequest, asked: string | null) =>
    staffLanguage(asked, request.headers["accept-language"], provider()?.locale ?? "en");

  return {
    async page(request, query, visitOf) {
      const language = languageOf(request, query.get("lang"));
      const hasCookie = readCookie(request.headers.cookie, sellerCookie) !== null;
      const session = hasCookie ? await shiftOf(request, await visitOf()) : null;
      if (session === null) return logInPage(language, "", null, 200);
      return shopPage(language, session, { saleId: newSecret(world, 16), planKey: null, phone: "" }, null, 200);
    },
    async submit(request, visit) {
      const fields = new URLSearchParams(request.body);
      const language = languageOf(request, fields.get("lang"));
      if (fields.get("act") === "in") return logIn(fields, language, visit);
      const session = await shiftOf(request, visit);
      if (session === null || !isSameSecret(session.proof, fields.get("proof") ?? "")) {
        const loggedOut = { reason: "logged-out", retryAfterSeconds: null } as const;
        return logInPage(language, "", fields.get("act") === "out" ? null : loggedOut, 403);
      }
      if (fields.get("act") === "sell") return sell(fields, language, session);
      await sessions.close(readCookie(request.headers.cookie, sellerCookie));
      return seeOther(language, "", 0);
    },
    api: (body, visit) =>
      answerSale(body, async (request) => {
        const wait = waitSeconds(visit);
        const outcome: SaleOutcome =
          wait > 0
            ? { kind: "refused", reason: "slow-down", retryAfterSeconds: wait }
            : await cash.sell(request, visit.device);
        outcomes.add({ action: "sell", outcome: outcome.kind === "sold" ? "sold" : outcome.reason });
        return outcome;
      }),
  };
}

/** Back to the page, so that a reload sends no PIN again. `Strict`: no other site's form or link carries the cookie. */
function seeOther(
  language: StaffLanguage,
  token: string,
  maxAgeSeconds: number,
  more: readonly string[] = [],
): HttpResponse {
  const headers = { location: `/sell?lang=${language}`, "cache-control": "no-store" };
  return withCookies({ status: 303, headers, body: "" }, [cookieOf(sellerCookie, token, maxAgeSeconds), ...more]);
}

const cookieOf = (name: string, value: string, maxAgeSeconds: number): string =>
  `${name}=${value}; Path=/sell; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict`;
