/**
 * GET /pay/{id}: opens the payment window of a purchase and leads on to the page of the card's processor. The bank of a card opens a page of its
 * own, and no walled garden knows every bank.
 *
 * Who attacks this: who wants internet without paying. A window is for a purchase that this device began, whose page the hub has from the
 * processor; what it is worth, and how often, `grants/free/free-policy.ts` says. A link from elsewhere opens no more than that,
 * and who calls it again and again meets the visitor's limit.
 */
import { languages } from "@karibu/portal/strings/all-words";
import type { World } from "@karibu/protocol/world";
import type { FreeAccess } from "../../access/free/free-access.ts";
import type { HttpRequest, HttpResponse } from "../../ground/http.ts";
import type { CustomerParts, CustomerSettings } from "../customer/customer-parts.ts";
import { logInDevice } from "../customer/log-in.ts";
import { chooseLoginUrl } from "../customer/login-url-policy.ts";
import type { LabelledCounter } from "../http/metrics.ts";
import { withCookies } from "../http/responses.ts";
import { ownLanguage } from "../page/own-language.ts";
import { pageLanguage, type RenderFrame } from "../page/page-frame.ts";
import type { Visit } from "../visit/visit.ts";
import { logInForm, originsOf } from "./log-in-form.ts";

export type FreeParts = CustomerParts & { readonly free: FreeAccess };
export type FreeSettings = CustomerSettings & { readonly frame: RenderFrame; readonly outcomes: LabelledCounter };

export async function openPayPage(
  world: World,
  parts: FreeParts,
  { frame, logins, outcomes }: FreeSettings,
  asked: {
    readonly request: HttpRequest;
    readonly visit: Visit;
    readonly purchaseId: string;
    readonly payAt: string | null;
  },
): Promise<HttpResponse> {
  const { request, visit, purchaseId, payAt } = asked;
  if (payAt === null) return seeOther("/", visit);
  const { device, hint } = visit;
  const window = parts.free.windowFor(purchaseId, device);
  const isOnline = parts.access.view(device).online !== null;
  if (window.kind === "refused" || window.isOpen || isOnline) {
    outcomes.add({ action: "pay-window", outcome: window.kind === "refused" ? window.reason : "open" });
    return seeOther(payAt, visit);
  }
  const way = { loginUrl: chooseLoginUrl(hint.login, logins()), hint, byRouter: true };
  const logIn = await logInDevice(world, parts, window.grantId, device, way);
  outcomes.add({ action: "pay-window", outcome: logIn.kind });
  if (logIn.kind !== "post") return seeOther(payAt, visit);
  const provider = parts.feed.rows("provider").get("provider");
  const language = pageLanguage(null, request.headers["accept-language"], ownLanguage(provider));
  const words = languages[language].pages.free;
  const page = frame({
    language,
    title: words.payTitle,
    brand: provider?.name || "Karibu",
    place: parts.feed.rows("site").get("site")?.name ?? "",
    addressIn: () => "/",
    languages: [language],
    main: `<p class="card">${words.payText}</p>${logInForm(logIn, payAt, words.payGo)}`,
    // A browser follows the hotspot's redirect only where the policy lets the form go, too.
    formOrigins: originsOf(logIn.url, payAt),
  });
  return withCookies(page, [visit.tokenCookie]);
}

export function seeOther(location: string, { tokenCookie }: Pick<Visit, "tokenCookie">): HttpResponse {
  const headers = { location, "cache-control": "no-store" };
  return withCookies({ status: 303, headers, body: "" }, [tokenCookie]);
}
