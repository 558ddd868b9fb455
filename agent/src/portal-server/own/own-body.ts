/** The page of a phone's own packages as HTML. Names come from the provider, and are escaped. Pure. */
import { languages } from "@karibu/portal/strings/all-words";
import { dataBase, dataText } from "@karibu/portal/strings/format";
import { nameInWords } from "@karibu/protocol/plan-name";
import { zoneText } from "@karibu/protocol/zone-text";
import type { OwnDevice, OwnGrant } from "../../access/own-grants/own-grants.ts";
import { rejectMessage } from "../../access/reject-messages.ts";
import type { RejectReason } from "../../state/reject-reason.ts";
import { escapeHtml } from "../http/escape-html.ts";
import { codeOfReject } from "../http/problems.ts";
import { hiddenField, type Notice, noticeHtml } from "../page/form-parts.ts";
import type { PageLanguage } from "../page/page-frame.ts";
import { codePicture } from "./code-picture.ts";

interface Facts {
  readonly proof: string;
  readonly notice: Notice | null;
  readonly utcOffsetMinutes: number;
  readonly nowMs: number;
  readonly hubPage: string | null;
  /** Bought for others. */
  readonly codes: readonly string[];
  /** The router says whose phone this is; else its cookie alone does. */
  readonly isSeen: boolean;
  /** Where other phones reach the portal; null: not known, and no picture leads there. */
  readonly homeUrl: string | null;
}

export function ownBody(language: PageLanguage, grants: readonly OwnGrant[], facts: Facts): string {
  const words = languages[language].pages.own;
  const { notice, hubPage } = facts;
  const cards = grants.map((grant, index) => card(language, grant, index, facts)).join("\n");
  const hidden = hiddenFields(language, facts.proof, "here", null);
  const link =
    hubPage === null
      ? ""
      : `<section class="card roomy"><a class="plain outline act-wide" href="${escapeHtml(hubPage)}" rel="noreferrer">${words.hubPage}</a><p class="quiet">${words.hubPageWhy}</p></section>`;
  return `${noticeHtml(notice)}${grants.length === 0 ? `<p class="card">${facts.isSeen ? words.nothing : words.nothingInBrowser}</p>` : cards}${codesCard(language, facts)}
<p><a class="act act-wide" href="/">${words.renew}</a></p>
<form class="card roomy" method="post" action="/mine">${hidden}<h2>${words.here}</h2><p class="quiet">${words.hereWhy}</p>
<div><label for="code">${words.code}</label><input id="code" name="code" required maxlength="200" autocomplete="off" autocapitalize="none" spellcheck="false"></div>
<div><label for="here-pin">${words.pinIfAny}</label>${pinInput("here-pin", "pin", false)}</div>
<button class="plain outline act-wide" type="submit">${words.hereGo}</button></form>${link}`;
}

/** Each with its picture, folded: a screen shows one to a camera. */
function codesCard(language: PageLanguage, { codes, homeUrl }: Facts): string {
  if (codes.length === 0) return "";
  const { codesTitle } = languages[language].later;
  const { scan } = languages[language].pages.own;
  const shown = codes.map((code) => {
    const text = escapeHtml(code.match(/.{1,4}/g)?.join("-") ?? code);
    return homeUrl === null
      ? `<p class="number">${text}</p>`
      : `<details><summary>${text}</summary><p class="quiet">${scan}</p>${codePicture(homeUrl, code, scan)}</details>`;
  });
  return `<section class="card roomy" id="codes"><h2>${escapeHtml(codesTitle)}</h2>${shown.join("")}</section>`;
}

function card(language: PageLanguage, grant: OwnGrant, index: number, facts: Facts): string {
  const words = languages[language].pages.own;
  const state = grant.isPaused
    ? `<p class="bad">${words.paused}</p><p class="quiet">${words.pausedWhy}</p>`
    : grant.isOnline
      ? `<p class="good">${words.online}</p>`
      : `<p class="quiet">${grant.reason === null ? words.ready : escapeHtml(reasonText(grant.reason, language))}</p>`;
  const forms = formsOf(language, facts.proof, grant, index);
  return `<section class="card roomy" aria-labelledby="own-${index}"><div><h2 id="own-${index}">${escapeHtml(nameInWords(grant.planName, languages[language].first.planWords))}</h2>${state}</div>
${left(language, grant, facts)}
${grant.isPaused ? forms.goOn() : ""}
<div><h3>${words.devices(grant.devices.length, grant.places)}</h3>${grant.devices.map((device, at) => forms.device(device, at)).join("")}${
    grant.movesLeft === null ? "" : `<p class="quiet">${words.movesLeft(grant.movesLeft)}</p>`
  }</div>
${grant.isPaused || !grant.isMovable ? "" : forms.give()}${grant.mayPause && !grant.isPaused ? forms.pause() : ""}${grant.mayPin ? forms.pin() : ""}</section>`;
}

function left(language: PageLanguage, { left: rest }: OwnGrant, { utcOffsetMinutes, nowMs }: Facts): string {
  if (rest === null) return "";
  const words = languages[language].pages.own;
  const time = rest.secondsLeft === null ? words.noLimit : span(language, rest.secondsLeft);
  const { first } = languages[language];
  // In the unit in which the package is round, as the portal shows it.
  const data =
    rest.bytesLeft === null
      ? words.noLimit
      : dataText(rest.bytesLeft, first, dataBase(rest.bytesLeft + rest.bytesUsed));
  const until =
    rest.endsAtMs === null ? "" : `${moment(rest.endsAtMs, nowMs, utcOffsetMinutes)} (${zoneText(utcOffsetMinutes)})`;
  const row = (name: string, value: string) => `<div><dt>${name}</dt><dd>${value}</dd></div>`;
  return `<dl class="sums">${row(words.timeLeft, time)}${row(words.dataLeft, data)}${until === "" ? "" : row(words.until, until)}</dl>`;
}

/** The forms of one package. Where it has a PIN, each asks for it. */
function formsOf(language: PageLanguage, proof: string, grant: OwnGrant, index: number) {
  const words = languages[language].pages.own;
  const open = (act: string) =>
    `<form class="roomy" method="post" action="/mine">${hiddenFields(language, proof, act, grant.grantId)}`;
  const pinField = (name: string) =>
    grant.hasPin
      ? `<div><label for="${name}-${index}">${words.yourPin}</label>${pinInput(`${name}-${index}`, "pin", true)}</div>`
      : "";
  const button = (text: string) => `<button class="plain outline act-wide" type="submit">${text}</button>`;
  const folded = (title: string, inside: string) => `<details><summary>${title}</summary>${inside}</details>`;

  return {
    device({ name, isThis, isOnline, lastOctets, isAdded }: OwnDevice, at: number): string {
      const who = isThis ? words.thisPhone : `${words.other}${lastOctets === "" ? "" : ` …${escapeHtml(lastOctets)}`}`;
      const facts = `<div><strong>${who}</strong> <span class="quiet">${isOnline ? words.isOn : words.isOff}</span></div>`;
      if (isThis || isAdded || grant.isPaused || !grant.isMovable) return `<div class="available">${facts}</div>`;
      const named = hiddenField("device", name);
      return `<div class="available">${facts}</div>${folded(words.takeOff, `${open("off")}${named}${pinField(`off-${at}`)}${button(words.takeOff)}</form>`)}`;
    },
    give: () =>
      folded(
        words.give,
        `<p class="quiet">${words.giveWhy}</p>${open("give")}${pinField("give")}${button(words.giveGo)}</form>`,
      ),
    pause: () =>
      folded(words.pause, `<p class="quiet">${words.pauseWhy}</p>${open("pause")}${button(words.pause)}</form>`),
    goOn: () =>
      `${open("go-on")}${pinField("go-on")}<button class="act act-wide" type="submit">${words.resume}</button></form>`,
    pin(): string {
      const chosen = `<div><label for="chosen-${index}">${words.pinNew}</label>${pinInput(`chosen-${index}`, "chosen", true)}</div>`;
      const keep = `${open("pin")}${pinField("pin")}${chosen}${button(grant.hasPin ? words.pinChange : words.pinSet)}</form>`;
      const remove = grant.hasPin ? `${open("no-pin")}${pinField("no-pin")}${button(words.pinRemove)}</form>` : "";
      const isSet = grant.hasPin ? `<p class="good">${words.pinIsSet}</p>` : "";
      return folded(words.pin, `${isSet}<p class="quiet">${words.pinWhy}</p>${keep}${remove}`);
    },
  };
}

function hiddenFields(language: PageLanguage, proof: string, act: string, grantId: string | null): string {
  const grant = grantId === null ? "" : hiddenField("grant", grantId);
  return hiddenField("act", act) + hiddenField("lang", language) + hiddenField("proof", proof) + grant;
}

/** No phone keeps it as a password. */
function pinInput(id: string, name: string, isNeeded: boolean): string {
  return `<input id="${id}" name="${name}" inputmode="numeric" pattern="[0-9 ]*" maxlength="12" autocomplete="off"${isNeeded ? " required" : ""}>`;
}

function span(language: PageLanguage, totalSeconds: number): string {
  const minutes = Math.floor(totalSeconds / 60);
  return languages[language].pages.own.span(
    Math.floor(minutes / 1440),
    Math.floor((minutes % 1440) / 60),
    minutes % 60,
  );
}

/** In the provider's time; with the day, if it is not today. */
export function moment(atMs: number, nowMs: number, utcOffsetMinutes: number): string {
  const at = new Date(atMs + utcOffsetMinutes * 60_000).toISOString();
  const today = new Date(nowMs + utcOffsetMinutes * 60_000).toISOString();
  const time = at.slice(11, 16);
  return at.slice(0, 10) === today.slice(0, 10) ? time : `${at.slice(8, 10)}.${at.slice(5, 7)}. ${time}`;
}

/** Why something can't be used. What the router's RADIUS replies say has English and Swahili alone: else the portal's own sentence. */
export const reasonText = (reason: RejectReason, language: PageLanguage): string =>
  language === "en" || language === "sw"
    ? rejectMessage(reason, language)
    : languages[language].later.problems[codeOfReject(reason)];
