/** `/status`: for the installer on the ladder. Says what needs a hand and what to do, what works, and who tried to log in. Pure. */
import { zoneText } from "@karibu/protocol/zone-text";
import { escapeHtml } from "../http/escape-html.ts";
import type { StaffLanguage } from "../page/page-frame.ts";
import type { StatusItem, StatusReport } from "./status-report.ts";
import { type StatusStrings, statusStrings } from "./status-strings.ts";

/** `address`: the page's own, with its key and language. */
export function renderStatus(report: StatusReport, language: StaffLanguage, address: string): string {
  const words = statusStrings[language];
  const bad = report.items.filter(({ state }) => state !== "ok");
  const good = report.items.filter(({ state }) => state === "ok");
  const verdict = bad.length === 0 ? words.allWell : words.toDo(bad.length);
  return `<section class="whole-row card${bad.length === 0 ? " card-good" : ""}" role="status"><h2>${verdict}</h2><p class="quiet">${escapeHtml(words.version(report.version))}</p>
<p class="actions"><a class="act" href="${escapeHtml(address)}">${words.refresh}</a></p></section>
${group("attention", words.attention, bad, words)}
${group("works", words.works, good, words)}
${logIns(report, words, language)}`;
}

function group(id: string, title: string, items: readonly StatusItem[], words: StatusStrings): string {
  if (items.length === 0) return "";
  const rows = items.map(
    ({ name, state, text, advice }) =>
      `<li class="state state-${state}">${signs[state]}<div><h3>${escapeHtml(name)} <span class="word">${words.states[state]}</span></h3><p>${escapeHtml(text)}</p>${advice ? `<p class="do">${escapeHtml(advice)}</p>` : ""}</div></li>`,
  );
  return `<section class="group" aria-labelledby="${id}"><h2 id="${id}">${title}</h2><ul class="card states">${rows.join("\n")}</ul></section>`;
}

function logIns({ logIns, utcOffsetMinutes = 0 }: StatusReport, words: StatusStrings, language: StaffLanguage): string {
  if (logIns === undefined) return "";
  const head = `<h2 id="log-ins">${words.logIns}</h2>`;
  if (logIns.length === 0) {
    return `<section class="group whole-row" aria-labelledby="log-ins">${head}<div class="card"><p>${words.noLogIns}</p><p class="quiet">${words.noLogInsText}</p></div></section>`;
  }
  const rows = logIns.map(({ atMs, nas, device, address, by, outcome }) => {
    const isIn = outcome === "accept";
    const reason = isIn ? words.by[by] : (words.reasons[outcome as keyof typeof words.reasons] ?? outcome);
    const about = [reason, device, address, nas].filter((part) => part !== null && part !== "").join(" · ");
    const at = new Date(atMs + utcOffsetMinutes * 60_000);
    return `<li><time datetime="${new Date(atMs).toISOString()}">${at.toISOString().slice(11, 19)}</time><b class="${isIn ? "good" : "bad"}">${isIn ? words.letIn : words.refused}</b><span>${at.toLocaleDateString(`${language}-KE`, { timeZone: "UTC", day: "numeric", month: "short" })}</span><span class="quiet">${escapeHtml(about)}</span></li>`;
  });
  return `<section class="group whole-row" aria-labelledby="log-ins">${head}<ul class="card states log">${rows.join("\n")}</ul><p class="quiet">${escapeHtml(words.times(zoneText(utcOffsetMinutes)))}</p></section>`;
}

const sign = (shape: string): string =>
  `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${shape}</svg>`;
const signs: Readonly<Record<StatusItem["state"], string>> = {
  ok: sign('<circle cx="12" cy="12" r="9.5"/><path d="M7.5 12.5l3 3 6-7"/>'),
  waiting: sign('<circle cx="12" cy="12" r="9.5"/><path d="M12 6.5V12l3.5 2.5"/>'),
  missing: sign('<circle cx="12" cy="12" r="9.5" stroke-dasharray="3 4"/><path d="M8 12h8"/>'),
  wrong: sign('<path d="M12 3l10 18H2z"/><path d="M12 10v5M12 17.5v.5"/>'),
};
