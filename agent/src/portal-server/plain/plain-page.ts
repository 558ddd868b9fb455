/**
 * The portal without scripts, for browsers below its floor, for those that have scripts switched off, and where scripts do not come.
 *   GET  /plain                  what this phone has, what is for sale, and how a payment goes on (comes again each 5 s)
 *   POST /plain act=buy plan phone channel key promo    act=redeem code pin    act=log-in grant    act=log-out
 *               act=claim phone receipt amount ("I already paid")
 *
 * Who attacks this: as the API (`customer-api.ts`), whose very routes each form goes through: the same limits, the same PINs, the same checks of
 * each field. A form of another site knows no `proof`, which is made from the phone's own cookie. Whatever is shown is escaped. `key` is of
 * the page that was shown: a form that is sent twice is one purchase, also where the first answer was late and the form came back refused. A discount
 * is shown before it is paid (`agreed`), and the hub asks nobody for more.
 */

import { readClaim } from "@karibu/portal/pages/claim/claim-state";
import { languages } from "@karibu/portal/strings/all-words";
import { languageOf } from "@karibu/portal/strings/strings";
import { sha256Hex } from "@karibu/protocol/hash";
import { newSecret } from "@karibu/protocol/identifiers";
import type {
  ClaimView,
  LogIn,
  LogOut,
  OfferView,
  PortalState,
  Problem,
  PurchaseView,
  Redeemed,
} from "@karibu/protocol/portal-api";
import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import type { HttpRequest, HttpResponse } from "../../ground/http.ts";
import type { CustomerApi } from "../customer/customer-api.ts";
import { logInForm, originsOf } from "../free/log-in-form.ts";
import { escapeHtml } from "../http/escape-html.ts";
import { withCookies } from "../http/responses.ts";
import { bad, good, isProved, type Notice, withHint } from "../page/form-parts.ts";
import { type PageLanguage, pageLanguage, type RenderFrame } from "../page/page-frame.ts";
import { readTurn, turnCookie } from "../visit/turn-cookie.ts";
import type { Visit } from "../visit/visit.ts";
import {
  type Deal,
  type PlainFacts,
  plainBody,
  plainPurpose,
  plainWords,
  refusalText,
  type Typed,
} from "./plain-body.ts";
import type { Claimed } from "./plain-claim.ts";

export interface PlainPage {
  page(request: HttpRequest, query: URLSearchParams, visit: Visit): Promise<HttpResponse>;
  submit(request: HttpRequest, fields: URLSearchParams, visit: Visit): Promise<HttpResponse>;
}

const againSeconds = 5;

type Answer<T> = { readonly ok: T; readonly cookies: readonly string[] } | { readonly refused: Problem };

export function createPlainPage(
  world: Pick<World, "clock" | "random">,
  api: CustomerApi,
  frame: RenderFrame,
): PlainPage {
  /** One of the API's own routes, as the portal's script would ask it. */
  async function post<T>(path: string, body: object, visit: Visit): Promise<Answer<T>> {
    const route = api.posts.get(path);
    if (route === undefined) throw new Error(`the API has no ${path}`);
    return read(await route({ ...visit.hint, ...body }, () => Promise.resolve(visit)));
  }

  async function show(
    visit: Visit,
    asked: {
      readonly request: HttpRequest;
      readonly language: string | null;
      readonly isShop: boolean;
      readonly notice?: Notice;
      readonly status?: number;
      /** The page is to come again so soon. Absent: as what it shows needs. */
      readonly againSeconds?: number;
      readonly logIn?: LogIn;
      readonly logOutUrl?: string;
      readonly cookies?: readonly string[];
      readonly typed?: Typed;
      readonly deal?: Deal;
      readonly claimed?: Claimed;
    },
  ): Promise<HttpResponse> {
    const state = read<PortalState>(await api.state(visit));
    if ("refused" in state) throw new Error("the state was refused");
    const portal = state.ok;
    const language = pageLanguage(
      asked.language,
      asked.request.headers["accept-language"],
      languageOf(portal.site.locale, languages) ?? "en",
    );
    const words = plainWords(language, portal);
    const { purchase, logIn } = await followed(portal, visit, asked);
    const { notice = null } = asked;
    const facts: PlainFacts = {
      portal,
      words,
      language,
      visit,
      purchase,
      logIn,
      notice,
      isShop: asked.isShop,
      typed: asked.typed ?? {},
      ...(asked.deal === undefined ? {} : { deal: asked.deal }),
      ...(asked.claimed === undefined ? {} : { claimed: asked.claimed }),
      ...(asked.logOutUrl === undefined ? {} : { logOutUrl: asked.logOutUrl }),
      newKey: () => newSecret(world, 16),
    };
    const { title, main, isWaiting } = plainBody(facts);
    const here = (tag: string) => withHint("/plain", visit.hint, { lang: tag });
    const form = logIn?.kind === "post" ? logInForm(logIn, homeOf(visit, language), words.goOnline) : "";
    const answer = frame(
      {
        language,
        title,
        brand: portal.site.providerName || "Karibu",
        place: portal.site.name,
        addressIn: here,
        main: form + main,
        ...(logIn?.kind === "post" ? { formOrigins: originsOf(logIn.url, homeOf(visit, language)) } : {}),
        ...(asked.againSeconds !== undefined || (isWaiting && form === "")
          ? { again: { afterSeconds: asked.againSeconds ?? againSeconds, url: here(language) } }
          : {}),
      },
      asked.status ?? 200,
    );
    return withCookies(answer, [visit.tokenCookie, ...(asked.cookies ?? [])]);
  }

  /** The purchase that this phone waits for, as the script's polls would see it: a paid one is logged in. */
  async function followed(
    portal: PortalState,
    visit: Visit,
    { isShop, logIn = null }: { readonly isShop: boolean; readonly logIn?: LogIn | null },
  ): Promise<{ purchase: PurchaseView | null; logIn: LogIn | null }> {
    const open = portal.purchase;
    if (open === null || portal.online !== null || isShop || logIn !== null) return { purchase: null, logIn };
    const view = read<PurchaseView>(await api.purchase(visit, open.purchaseId));
    return "refused" in view ? { purchase: null, logIn } : { purchase: view.ok, logIn: view.ok.logIn };
  }

  async function act(
    fields: URLSearchParams,
    visit: Visit,
  ): Promise<{
    problem?: Problem;
    logIn?: LogIn;
    logOutUrl?: string;
    deal?: Deal;
    claimed?: Claimed;
    cookies?: readonly string[];
  }> {
    const text = (name: string, most = 200) => cutText((fields.get(name) ?? "").trim(), most);
    switch (fields.get("act")) {
      case "redeem": {
        const pin = cutText(text("pin"), 12);
        const code = text("code");
        const answer = await post<Redeemed>("/api/vouchers/redeem", { code, ...(pin === "" ? {} : { pin }) }, visit);
        return "refused" in answer ? { problem: answer.refused } : { logIn: answer.ok.logIn };
      }
      case "log-in": {
        const grantId = text("grant");
        const answer = await post<LogIn>("/api/log-in", grantId === "" ? {} : { grantId }, visit);
        return "refused" in answer ? { problem: answer.refused } : { logIn: answer.ok };
      }
      case "log-out": {
        const answer = await post<LogOut>("/api/log-out", {}, visit);
        if ("refused" in answer) return { problem: answer.refused };
        const { url } = answer.ok;
        return { cookies: answer.cookies, ...(url === undefined ? {} : { logOutUrl: url }) };
      }
      case "claim": {
        const read = readClaim(text("receipt", 600), text("amount"), { missing: "missing", badAmount: "badAmount" });
        if (read.kind === "error") return { claimed: { kind: read.text as "missing" | "badAmount" } };
        const claim = { ...read.claim, phone: cutText(text("phone"), 20) };
        const answer = await post<ClaimView>("/api/claims", claim, visit);
        if ("refused" in answer) return { problem: answer.refused };
        const { ok: view, cookies } = answer;
        if (view.kind === "redeemed") return { logIn: view.logIn, cookies };
        if (view.kind !== "settled") return { claimed: { kind: view.kind }, cookies };
        return view.purchase === null ? { claimed: { kind: "credit" }, cookies } : { cookies };
      }
      default: {
        // The price that the page showed goes along: nobody is asked for more.
        const [, planId = "", cents = ""] = /^(.*)~(\d{1,12})$/.exec(text("plan")) ?? [];
        const way = { planId, phone: cutText(text("phone"), 20), ...named("channelId", text("channel")) };
        const promo = cutText(text("promo"), 40);
        if (promo !== "" && fields.get("agreed") !== "yes") {
          const answer = await post<OfferView>("/api/offers", { ...way, code: promo }, visit);
          return "refused" in answer ? { problem: answer.refused } : { deal: { ...answer.ok, planId } };
        }
        const answer = await post<PurchaseView>(
          "/api/purchases",
          {
            idempotencyKey: keyOf(text("key"), { ...way, promo }),
            ...way,
            ...(cents === "" ? {} : { expectsCents: Number(cents) }),
            ...named("code", promo),
          },
          visit,
        );
        return "refused" in answer ? { problem: answer.refused } : { cookies: answer.cookies };
      }
    }
  }

  return {
    page(request, query, visit) {
      const language = query.get("lang");
      const waiting = readTurn(request.headers.cookie);
      const isShop = query.get("shop") === "1";
      if (waiting === null || isShop) return show(visit, { request, language, isShop });
      return perform(request, new URLSearchParams({ ...waiting, act: "redeem", lang: language ?? "" }), visit);
    },
    async submit(request, fields, visit) {
      const language = fields.get("lang");
      if (!isProved(plainPurpose, visit, fields)) {
        return show(visit, { request, language, isShop: false, status: 403 });
      }
      return perform(request, fields, visit);
    },
  };

  async function perform(request: HttpRequest, fields: URLSearchParams, visit: Visit): Promise<HttpResponse> {
    const language = fields.get("lang") || null;
    const done = await act(fields, visit);
    const { problem, logIn, logOutUrl } = done;
    const isCode = fields.get("act") === "redeem";
    if (problem?.code === "one-moment" && isCode) {
      const spoken: PageLanguage = pageLanguage(language, request.headers["accept-language"], "en");
      const text = refusalText(problem, spoken, read<PortalState>(await api.state(visit)));
      const cookies = [turnCookie("/plain", fields)];
      const wait = problem.retryAfterSeconds ?? 1;
      return show(visit, { request, language, isShop: false, notice: good(text), cookies, againSeconds: wait });
    }
    // The code that waited has had its turn.
    const over = isCode && readTurn(request.headers.cookie) !== null ? [turnCookie("/plain", null)] : [];
    if (problem !== undefined) {
      const spoken: PageLanguage = pageLanguage(language, request.headers["accept-language"], "en");
      const notice = bad(refusalText(problem, spoken, read<PortalState>(await api.state(visit))));
      const isShop = fields.get("act") === "buy" || fields.get("act") === "claim";
      const { status } = problem;
      return show(visit, { request, language, isShop, notice, typed: typedIn(fields), status, cookies: over });
    }
    const cookies = [...(done.cookies ?? []), ...over];
    const { deal, claimed } = done;
    if (deal !== undefined || claimed !== undefined) {
      const asked = { ...(deal === undefined ? {} : { deal }), ...(claimed === undefined ? {} : { claimed }) };
      return show(visit, { request, language, isShop: true, cookies, typed: typedIn(fields), ...asked });
    }
    const isShown = logOutUrl !== undefined || logIn?.kind === "post" || logIn?.kind === "refused";
    if (isShown) {
      const shown = { ...(logIn === undefined ? {} : { logIn }), ...(logOutUrl === undefined ? {} : { logOutUrl }) };
      return show(visit, { request, language, isShop: false, cookies, ...shown });
    }
    // A reload of what comes then sends no form again.
    const location = withHint("/plain", visit.hint, language === null ? {} : { lang: language });
    const headers = { location, "cache-control": "no-store" };
    return withCookies({ status: 303, headers, body: "" }, [visit.tokenCookie, ...cookies]);
  }

  function read<T>(response: HttpResponse): Answer<T> {
    const value: unknown = JSON.parse(String(response.body));
    const cookies = [response.headers["set-cookie"] ?? []].flat();
    return response.status < 300 ? { ok: value as T, cookies } : { refused: value as Problem };
  }
}

/** What the form held: nobody types it twice. */
function typedIn(fields: URLSearchParams): Typed {
  const names = ["phone", "channel", "promo", "receipt", "amount", "key"] as const;
  const said = names.map((name) => [name, cutText(fields.get(name) ?? "", 600)] as const);
  return { ...Object.fromEntries(said), plan: (fields.get("plan") ?? "").replace(/~\d*$/, "") };
}

/**
 * The order's own key. The form comes back with its key: the same order once more is the same purchase, for the hub may have made it and be late
 * to say so. Who then chooses something else buys that.
 */
function keyOf(
  key: string,
  { planId, phone, channelId = "", promo }: { planId: string; phone: string; channelId?: string; promo: string },
): string {
  if (key === "") return "";
  return sha256Hex(JSON.stringify([key, planId, phone.replace(/\D/g, ""), channelId, promo])).slice(0, 32);
}

const named = (name: string, value: string): Record<string, string> => (value === "" ? {} : { [name]: value });

/** Where the hotspot leads after its log-in: here again. */
function homeOf({ homeUrl }: Visit, language: PageLanguage): string | null {
  return homeUrl === null ? null : new URL(`/plain?lang=${escapeHtml(language)}`, homeUrl).href;
}
