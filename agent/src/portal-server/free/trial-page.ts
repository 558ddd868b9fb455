/**
 * The page of the free trial. It needs no script, so that it adds nothing to the portal.
 *   GET  /trial                    what can be tried, and a field for the phone number where one is asked for
 *   POST /trial act=ask phone      has a code sent
 *   POST /trial act=prove phone code, or act=start where no number is asked for: goes online
 *
 * Who attacks this, and what stops them: `grants/free/free-policy.ts`; of numbers and codes, the hub (`trials/trial-codes.ts` there). While the hub
 * is linked and a number is asked for, none gets in without. A form of another site knows no `proof`, which is made from the phone's own cookie: it
 * neither spends a phone's trial nor has codes sent; whoever keeps no cookie sees the form again.
 */

import { languages } from "@karibu/portal/strings/all-words";
import type { TrialTrouble } from "@karibu/portal/strings/pages/free-words";
import { Fault } from "@karibu/protocol/fault";
import { countryOfCurrency, normalisePhone } from "@karibu/protocol/phone-number";
import { nameInWords } from "@karibu/protocol/plan-name";
import { askTrialCode, claimTrial } from "@karibu/protocol/rpc/claim-trial";
import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import type { Trying } from "../../access/free/free-access.ts";
import type { HttpRequest, HttpResponse } from "../../ground/http.ts";
import { logInDevice } from "../customer/log-in.ts";
import { chooseLoginUrl } from "../customer/login-url-policy.ts";
import { createVisitorLimits } from "../customer/visitor-limits.ts";
import { escapeHtml } from "../http/escape-html.ts";
import { withCookies } from "../http/responses.ts";
import { bad, formProof, hiddenField, hintFields, isProved, noticeHtml, withHint } from "../page/form-parts.ts";
import { ownLanguage } from "../page/own-language.ts";
import { type PageLanguage, pageLanguage } from "../page/page-frame.ts";
import type { Visit } from "../visit/visit.ts";
import { logInForm, originsOf } from "./log-in-form.ts";
import { type FreeParts, type FreeSettings, seeOther } from "./pay-page.ts";

interface TrialPage {
  page(request: HttpRequest, query: URLSearchParams, visit: Visit): Promise<HttpResponse>;
  submit(request: HttpRequest, fields: URLSearchParams, visit: Visit): Promise<HttpResponse>;
}

type Offer = Extract<Trying, { kind: "offer" }>;
/** What the page shows: a form, or why there is none. */
type Step =
  | { readonly kind: "start" }
  | { readonly kind: "phone" }
  | { readonly kind: "code"; readonly phone: string }
  | { readonly kind: "over" };

const deadlineMs = 10_000;
const purpose = "trial";

export function createTrialPage(world: World, parts: FreeParts, settings: FreeSettings): TrialPage {
  const { frame, logins, outcomes } = settings;
  const limits = createVisitorLimits(world.clock);
  const provider = () => parts.feed.rows("provider").get("provider");
  const languageOf = (request: HttpRequest, asked: string | null) =>
    pageLanguage(asked, request.headers["accept-language"], ownLanguage(provider()));

  function tryingOf({ device }: Visit): Trying | { readonly kind: "refused"; readonly reason: "has-something" } {
    const { online, available } = parts.access.view(device);
    return online !== null || available.length > 0
      ? { kind: "refused", reason: "has-something" }
      : parts.free.trialFor(device);
  }

  const firstStep = ({ plan }: Offer): Step =>
    plan.trial.asksPhone && parts.hub.state === "connected" ? { kind: "phone" } : { kind: "start" };

  function show(
    language: PageLanguage,
    visit: Visit,
    step: Step,
    trouble: { readonly code: TrialTrouble; readonly status: number } | null,
  ): HttpResponse {
    const words = languages[language].pages.free;
    const trying = parts.free.trialFor(visit.device);
    const name = trying.kind === "offer" ? nameInWords(trying.plan.name, languages[language].first.planWords) : "";
    const told = noticeHtml(trouble === null ? null : bad(words.refusals[trouble.code]));
    const offer = step.kind === "over" || name === "" ? "" : `<p class="card">${escapeHtml(words.offer(name))}</p>`;
    return page(language, visit, `${told}${offer}${formOf(language, visit, step)}`, trouble?.status ?? 200, []);
  }

  function page(
    language: PageLanguage,
    visit: Visit,
    main: string,
    status: number,
    formOrigins: readonly string[],
  ): HttpResponse {
    const answer = frame(
      {
        language,
        title: languages[language].pages.free.title,
        brand: provider()?.name || "Karibu",
        place: parts.feed.rows("site").get("site")?.name ?? "",
        addressIn: (one) => withHint("/trial", visit.hint, { lang: one }),
        bar: `<a href="${escapeHtml(homeOf(visit))}">${languages[language].pages.free.back}</a>`,
        main,
        formOrigins,
      },
      status,
    );
    return withCookies(answer, [visit.tokenCookie]);
  }

  async function goOnline(language: PageLanguage, visit: Visit, { grantId }: Offer): Promise<HttpResponse> {
    const { device, hint } = visit;
    const way = { loginUrl: chooseLoginUrl(hint.login, logins()), hint, byRouter: true };
    const logIn = await logInDevice(world, parts, grantId, device, way);
    outcomes.add({ action: "trial", outcome: logIn.kind });
    if (logIn.kind === "done") return seeOther(homeOf(visit), visit);
    if (logIn.kind !== "post") return show(language, visit, { kind: "over" }, { code: "not-let-in", status: 409 });
    const words = languages[language].pages.free;
    const main = `<p class="card">${words.ready}</p>${logInForm(logIn, visit.homeUrl, words.start)}`;
    return page(language, visit, main, 200, originsOf(logIn.url, visit.homeUrl));
  }

  /** Null: the hub answered, and there is nothing to say against it. */
  async function hubRefusal(
    work: () => Promise<{ readonly kind: string; readonly reason?: string }>,
  ): Promise<TrialTrouble | null> {
    try {
      const answer = await work();
      if (answer.kind !== "refused") return null;
      if (answer.reason === "too-many-tries") return "slow-down";
      if (answer.reason === "had-one") return "phone-had-one";
      return answer.reason === "wrong-code" ? "wrong-code" : "not-offered";
    } catch (error) {
      world.log.warn("trial-not-asked", { error: error instanceof Fault ? error.code : String(error) });
      return "hub-slow";
    }
  }

  async function byPhone(
    language: PageLanguage,
    visit: Visit,
    offer: Offer,
    fields: URLSearchParams,
  ): Promise<HttpResponse> {
    const country = countryOfCurrency(provider()?.currency);
    const phone = normalisePhone(cutText(fields.get("phone") ?? "", 20), country);
    if (phone === null) return show(language, visit, { kind: "phone" }, { code: "bad-phone", status: 422 });
    const { planId } = offer.plan;
    const address = visit.device.address === null ? {} : { address: visit.device.address };
    const refuse = (step: Step, code: TrialTrouble) => {
      outcomes.add({ action: "trial", outcome: code });
      return show(language, visit, step, { code, status: code === "hub-slow" ? 504 : 409 });
    };
    if (fields.get("act") !== "prove") {
      const refusal = await hubRefusal(() => parts.hub.call(askTrialCode, { planId, phone, ...address }, deadlineMs));
      if (refusal !== null) return refuse({ kind: "phone" }, refusal);
      outcomes.add({ action: "trial", outcome: "asked" });
      return show(language, visit, { kind: "code", phone }, null);
    }
    const code = cutText((fields.get("code") ?? "").replace(/\s/g, ""), 12);
    const claim = { planId, phone, code, grantId: offer.grantId, ...address };
    const refusal = await hubRefusal(() => parts.hub.call(claimTrial, claim, deadlineMs));
    if (refusal === "phone-had-one" || refusal === "not-offered") return refuse({ kind: "over" }, refusal);
    if (refusal !== null) return refuse({ kind: "code", phone }, refusal);
    return goOnline(language, visit, offer);
  }

  return {
    async page(request, query, visit) {
      const language = languageOf(request, query.get("lang"));
      const trying = tryingOf(visit);
      if (trying.kind === "refused")
        return show(language, visit, { kind: "over" }, { code: trying.reason, status: 409 });
      return show(language, visit, firstStep(trying), null);
    },
    async submit(request, fields, visit) {
      const language = languageOf(request, fields.get("lang"));
      const trying = tryingOf(visit);
      if (trying.kind === "refused")
        return show(language, visit, { kind: "over" }, { code: trying.reason, status: 409 });
      const step = firstStep(trying);
      if (!isProved(purpose, visit, fields)) return show(language, visit, step, { code: "again", status: 403 });
      if (limits.take(visit) > 0) return show(language, visit, step, { code: "slow-down", status: 429 });
      return step.kind === "phone" ? byPhone(language, visit, trying, fields) : goOnline(language, visit, trying);
    },
  };
}

/** The portal, with what the hotspot said of this phone. */
const homeOf = ({ hint }: Visit): string => withHint("/", hint);

function formOf(language: PageLanguage, visit: Visit, step: Step): string {
  const { hint } = visit;
  const words = languages[language].pages.free;
  if (step.kind === "over") return "";
  const hidden = hintFields(hint) + hiddenField("lang", language) + hiddenField("proof", formProof(purpose, visit));
  const form = (inside: string, label: string) =>
    `<form class="card roomy" method="post" action="/trial">${hidden}${inside}<button class="act act-wide" type="submit">${label}</button></form>`;
  if (step.kind === "start") return form(`<input type="hidden" name="act" value="start">`, words.start);
  if (step.kind === "phone")
    return form(
      `<input type="hidden" name="act" value="ask"><label for="phone">${words.phone}</label><input id="phone" name="phone" type="tel" inputmode="tel" autocomplete="tel" maxlength="20" required aria-describedby="why"><p class="hint" id="why">${words.phoneWhy}</p>`,
      words.send,
    );
  return `<p class="card" role="status">${escapeHtml(words.codeSent(`+${step.phone}`))}</p>${form(
    `<input type="hidden" name="act" value="prove"><input type="hidden" name="phone" value="${step.phone}"><label for="code">${words.code}</label><input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="12" required>`,
    words.prove,
  )}<p class="quiet"><a href="${escapeHtml(withHint("/trial", hint, { lang: language }))}">${words.otherPhone}</a></p>`;
}
