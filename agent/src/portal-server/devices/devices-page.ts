/**
 * The page of devices without a browser. It needs no script, so that it adds nothing to the portal.
 *   GET  /devices                        the grant's devices, and those that wait around
 *   POST /devices act=add device mac     puts one online
 *   POST /devices act=remove mac         takes one off again
 * A form of another site knows no `proof`, which is made from the phone's own cookie. Who attacks this, and what stops them:
 * `other-devices-policy.ts`.
 */

import { languages } from "@karibu/portal/strings/all-words";
import { nameInWords } from "@karibu/protocol/plan-name";
import { cutText } from "@karibu/protocol/whole-text";
import type { DevicesView, OtherDevices } from "../../access/other-devices/other-devices.ts";
import type { AddRefusal } from "../../access/other-devices/other-devices-policy.ts";
import type { HttpRequest, HttpResponse } from "../../ground/http.ts";
import type { FeedStore } from "../../store/feed-store.ts";
import { escapeHtml } from "../http/escape-html.ts";
import { withCookies } from "../http/responses.ts";
import { bad, formProof, good, hiddenField, isProved, type Notice, noticeHtml } from "../page/form-parts.ts";
import { ownLanguage } from "../page/own-language.ts";
import { type PageLanguage, pageLanguage, type RenderFrame } from "../page/page-frame.ts";
import type { Visit } from "../visit/visit.ts";

const purpose = "other devices";

export interface DevicesPage {
  page(request: HttpRequest, query: URLSearchParams, visit: Visit): Promise<HttpResponse>;
  submit(request: HttpRequest, visit: Visit): Promise<HttpResponse>;
}

export function createDevicesPage(parts: {
  readonly devices: OtherDevices;
  readonly feed: Pick<FeedStore, "rows">;
  readonly frame: RenderFrame;
}): DevicesPage {
  const { devices, feed, frame } = parts;
  const provider = () => feed.rows("provider").get("provider");
  const languageOf = (request: HttpRequest, asked: string | null) =>
    pageLanguage(asked, request.headers["accept-language"], ownLanguage(provider()));

  async function show(language: PageLanguage, visit: Visit, notice: Notice | null, status: number) {
    const view = await devices.list(visit.device);
    const proof = formProof(purpose, visit);
    const main = view === null ? offline(language) : body(language, view, { proof, notice });
    const answer = frame(
      {
        language,
        title: languages[language].pages.devices.title,
        brand: provider()?.name || "Karibu",
        place: feed.rows("site").get("site")?.name ?? "",
        addressIn: (one) => `/devices?lang=${one}`,
        bar: `<a href="/">${languages[language].pages.devices.back}</a>`,
        main,
      },
      status,
    );
    return withCookies(answer, [visit.tokenCookie]);
  }

  async function act(fields: URLSearchParams, language: PageLanguage, { device }: Visit): Promise<[Notice, number]> {
    const words = languages[language].pages.devices;
    const typed = cutText(fields.get("mac") ?? "", 40);
    if (fields.get("act") === "remove") {
      const isGone = await devices.remove(device, typed);
      return isGone ? [good(words.isRemoved), 200] : [bad(words.refused), 409];
    }
    const named = typed.trim() === "" ? cutText(fields.get("device") ?? "", 40) : typed;
    const outcome = await devices.add(device, named);
    if (outcome.kind === "refused") return [bad(refusalText(language, outcome.reason)), 409];
    return [good(outcome.kind === "online" ? words.isOnline : words.isBound), 200];
  }

  return {
    page: (request, query, visit) => show(languageOf(request, query.get("lang")), visit, null, 200),
    async submit(request, visit) {
      const fields = new URLSearchParams(request.body);
      const language = languageOf(request, fields.get("lang"));
      if (!isProved(purpose, visit, fields)) return show(language, visit, null, 403);
      const [notice, status] = await act(fields, language, visit);
      return show(language, visit, notice, status);
    },
  };
}

function refusalText(language: PageLanguage, reason: AddRefusal): string {
  const { refusals, offline: goOnline, refused } = languages[language].pages.devices;
  return reason === "not-online" ? goOnline : ((refusals as Partial<Record<AddRefusal, string>>)[reason] ?? refused);
}

function offline(language: PageLanguage): string {
  return `<p class="card">${languages[language].pages.devices.offline}</p>`;
}

function body(
  language: PageLanguage,
  view: DevicesView,
  { proof, notice }: { readonly proof: string; readonly notice: Notice | null },
): string {
  const words = languages[language].pages.devices;
  const hidden = (act: string) => hiddenField("act", act) + hiddenField("lang", language) + hiddenField("proof", proof);
  const mine = view.added.map(
    ({ mac, isOnline }) =>
      `<form class="available" method="post" action="/devices">${hidden("remove")}<input type="hidden" name="mac" value="${mac}"><div><strong>${mac}</strong> <span class="quiet">${isOnline ? words.online : words.off}</span></div><button class="plain outline" type="submit">${words.remove}</button></form>`,
  );
  const around = (view.around ?? []).map(
    ({ name, lastOctets, address }, index) =>
      `<div class="tile"><input type="radio" name="device" id="device-${index}" value="${name}"><label class="ticket" for="device-${index}"><span class="ticket-body"><span class="ticket-name">…${escapeHtml(lastOctets)}</span> <span class="ticket-facts">${escapeHtml(address ?? "")}</span></span></label></div>`,
  );
  const choice =
    view.around === null
      ? ""
      : around.length === 0
        ? `<p class="card quiet">${words.noneAround}</p>`
        : `<fieldset><legend>${words.choose}</legend><p class="quiet">${words.chooseWhy}</p><div class="tiles">${around.join("")}</div></fieldset>`;
  const places = words.places(view.taken, view.places, nameInWords(view.planName, languages[language].first.planWords));
  const isFull = view.taken >= view.places;
  const form = `<form class="roomy" method="post" action="/devices">${hidden("add")}${choice}
<div class="card"><label for="mac">${words.typed}</label><input id="mac" name="mac" maxlength="20" autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="mac-why"><p class="quiet" id="mac-why">${words.typedWhy}</p></div>
<button class="act act-wide" type="submit">${words.add}</button></form>`;
  return `${noticeHtml(notice)}<p class="card">${escapeHtml(places)}</p>
${mine.length === 0 ? "" : `<section class="card"><h2>${words.added}</h2>${mine.join("")}</section>`}
${isFull ? `<p class="card">${words.full(mine.length)}</p>` : form}`;
}
