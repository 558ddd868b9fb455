/**
 * A phone's own packages, over plain HTTP and without the internet. It needs no script and no storage, so that it adds nothing to the portal and
 * works in every captive browser that keeps a cookie; one that keeps none can read it, where the router tells whose address it is.
 *   GET  /mine                                what this device has, what is left, its devices; a code that waits for its turn is tried again
 *   POST /mine act=here code pin              a place moves to this device: by a voucher's code, or by what another phone shows
 *   POST /mine act=give|off|pause|go-on|pin   what its owner does with it
 * A form of another site knows no `proof`, which is made from the phone's own cookie. Who attacks this, and what stops them:
 * `own-grants-policy.ts`, `transfer-offers.ts`; tries with codes share the limits of the portal's (`redeem.ts`). Nothing here helps against who
 * listens on an open Wi-Fi: cookies, codes and PINs pass in the clear, as all of the portal does.
 */

import { languages } from "@karibu/portal/strings/all-words";
import type { LogIn } from "@karibu/protocol/portal-api";
import { cutText } from "@karibu/protocol/whole-text";
import type { Clock } from "@karibu/protocol/world";
import type { OwnGrants, OwnOutcome } from "../../access/own-grants/own-grants.ts";
import type { HttpRequest, HttpResponse } from "../../ground/http.ts";
import type { FeedStore } from "../../store/feed-store.ts";
import { createVisitorLimits } from "../customer/visitor-limits.ts";
import { withCookies } from "../http/responses.ts";
import { bad, formProof, good, isProved, type Notice } from "../page/form-parts.ts";
import { ownLanguage } from "../page/own-language.ts";
import { type PageLanguage, pageLanguage, type RenderFrame } from "../page/page-frame.ts";
import { readTurn, turnCookie } from "../visit/turn-cookie.ts";
import type { Visit } from "../visit/visit.ts";
import { codePicture } from "./code-picture.ts";
import { ownBody, reasonText } from "./own-body.ts";

export interface OwnPage {
  page(request: HttpRequest, query: URLSearchParams, visit: Visit): Promise<HttpResponse>;
  submit(request: HttpRequest, visit: Visit): Promise<HttpResponse>;
}

export function createOwnPage(parts: {
  readonly clock: Clock;
  readonly own: OwnGrants;
  readonly feed: Pick<FeedStore, "rows">;
  readonly frame: RenderFrame;
  /** The hub, as this site reaches it; null: there is none. */
  readonly hubUrl: string | null;
  /** What this phone bought for others: codes that nobody has used. */
  readonly codes: (visit: Visit) => readonly string[];
  readonly logIn: (grantId: string, visit: Visit) => Promise<LogIn>;
  /** No purchase of this phone brings it back by itself any more. Returns cookies for the answer. */
  readonly rest: (visit: Visit) => string[];
}): OwnPage {
  const { own, feed, frame, clock } = parts;
  const limits = createVisitorLimits(clock);
  const provider = () => feed.rows("provider").get("provider");
  const languageOf = (request: HttpRequest, asked: string | null) =>
    pageLanguage(asked, request.headers["accept-language"], ownLanguage(provider()));

  function show(
    language: PageLanguage,
    visit: Visit,
    notice: Notice | null,
    status: number,
    cookies: readonly string[] = [],
    againSeconds: number | null = null,
  ): HttpResponse {
    const wall = clock.wall();
    const answer = frame(
      {
        language,
        title: languages[language].pages.own.title,
        brand: provider()?.name || "Karibu",
        place: feed.rows("site").get("site")?.name ?? "",
        addressIn: (one) => `/mine?lang=${one}`,
        bar: `<a href="/">${languages[language].pages.own.back}</a>`,
        main: ownBody(language, own.list(visit.device), {
          proof: formProof(purpose, visit),
          notice,
          utcOffsetMinutes: provider()?.utcOffsetMinutes ?? 0,
          nowMs: wall.likelyMs ?? wall.atMs,
          hubPage: hubPage(),
          codes: parts.codes(visit),
          homeUrl: visit.homeUrl,
          isSeen: visit.device.claims === undefined,
        }),
        ...(againSeconds === null ? {} : { again: { afterSeconds: againSeconds, url: `/mine?lang=${language}` } }),
      },
      status,
    );
    return withCookies(answer, [visit.tokenCookie, ...cookies]);
  }

  function hubPage(): string | null {
    const path = provider()?.customerPage;
    return path === undefined || !path.startsWith("/my/") || parts.hubUrl === null
      ? null
      : new URL(path, parts.hubUrl).href;
  }

  /** A place moves here by a code. While it waits for its turn, the page comes again with it by itself. */
  async function here(
    request: HttpRequest,
    fields: URLSearchParams,
    language: PageLanguage,
    visit: Visit,
  ): Promise<HttpResponse> {
    const words = languages[language].pages.own;
    // The code that waited has had its turn.
    const over = readTurn(request.headers.cookie) === null ? [] : [turnCookie("/mine", null)];
    if (limits.take(visit) > 0) return show(language, visit, bad(words.tooFast), 429, over);
    const code = cutText((fields.get("code") ?? "").trim(), 200);
    const outcome = await own.redeem(code, visit.device, cutText(fields.get("pin") ?? "", 12));
    if (outcome.kind === "refused" && outcome.reason === "one-moment") {
      limits.giveCodeBack(visit);
      const notice = good(languages[language].later.problems["one-moment"]);
      return show(language, visit, notice, 200, [turnCookie("/mine", fields)], outcome.retryAfterSeconds ?? 1);
    }
    if (outcome.kind === "refused") return show(language, visit, bad(reasonText(outcome.reason, language)), 409, over);
    const logIn = await parts.logIn(outcome.grantId, visit);
    return show(language, visit, good(logIn.kind === "done" ? words.movedOnline : words.moved), 200, over);
  }

  async function act(fields: URLSearchParams, language: PageLanguage, visit: Visit): Promise<[Notice, number]> {
    const words = languages[language].pages.own;
    const { device, homeUrl } = visit;
    if (limits.take(visit) > 0) return [bad(words.tooFast), 429];
    const text = (name: string) => cutText(fields.get(name) ?? "", 128);
    const order = { grantId: text("grant"), pin: text("pin") };
    const told = (outcome: OwnOutcome, done: string): [Notice, number] => {
      if (outcome.kind === "refused") return [bad(words.refusals[outcome.reason]), 409];
      const { offer } = outcome;
      return offer === undefined
        ? [good(done), 200]
        : [
            {
              ...good(words.given(Math.floor(offer.seconds / 60))),
              code: `${offer.code.slice(0, 4)} ${offer.code.slice(4)}`,
              ...(homeUrl === null
                ? {}
                : { more: `<p>${words.scan}</p>${codePicture(homeUrl, offer.code, words.scan)}` }),
            },
            200,
          ];
    };
    switch (fields.get("act")) {
      case "give":
        return told(await own.offer(device, order), "");
      case "off":
        return told(await own.takeOff(device, { ...order, named: text("device") }), words.done.off);
      case "pause":
        return told(await own.pause(device, order.grantId), words.done.paused);
      case "go-on":
        return told(await own.resume(device, order), words.done.resumed);
      case "pin": {
        const chosen = text("chosen");
        // An empty field removes nothing: that has a button of its own.
        if (chosen.trim() === "") return [bad(words.refusals["bad-pin"]), 409];
        return told(await own.choosePin(device, { ...order, chosen }), words.done.pin);
      }
      case "no-pin":
        return told(await own.choosePin(device, { ...order, chosen: "" }), words.done.noPin);
      default:
        return [bad(words.refusals["not-allowed"]), 400];
    }
  }

  return {
    async page(request, query, visit) {
      const language = languageOf(request, query.get("lang"));
      const waiting = readTurn(request.headers.cookie);
      if (waiting === null) return show(language, visit, null, 200);
      return await here(request, new URLSearchParams(waiting), language, visit);
    },
    async submit(request, visit) {
      const fields = new URLSearchParams(request.body);
      const language = languageOf(request, fields.get("lang"));
      if (!isProved(purpose, visit, fields)) return show(language, visit, null, 403);
      if (fields.get("act") === "here") return await here(request, fields, language, visit);
      const [notice, status] = await act(fields, language, visit);
      // Who gives away what they just bought does not get it back by their page, which still waits for the purchase.
      return show(language, visit, notice, status, notice.code === undefined ? [] : parts.rest(visit));
    },
  };
}

const purpose = "own packages";
