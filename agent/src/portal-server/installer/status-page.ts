/** `/status`: for the installer who stands at the router. Says what works, what is missing, and what to do about it. */
import type { Health } from "@karibu/protocol/health";
import type { LoggedLogIn } from "../../access/log-in-history.ts";
import { escapeHtml } from "../http/escape-html.ts";

export interface StatusReport {
  readonly version: string;
  /** The site's name; null: no hub or site file has set it yet. */
  readonly siteName: string | null;
  readonly items: readonly StatusItem[];
  /** Newest first; absent: not kept. */
  readonly logIns?: readonly LoggedLogIn[];
}

export interface StatusItem {
  /** `Hub`, `RADIUS`, `Clock`. */
  readonly name: string;
  /** A notice says what it is about: something not there yet, or not there at all. */
  readonly state: Exclude<Health, "notice"> | "waiting" | "missing";
  /** One sentence: how it is, and what to do when it is not ok. */
  readonly text: string;
}

const signs = { ok: "OK", waiting: "WAITING", missing: "MISSING", wrong: "WRONG" } as const;

/** A page without scripts and styles: it opens in any browser and can be copied into a support ticket. */
export function renderStatusPage(report: StatusReport): string {
  const rows = report.items
    .map(
      (item) => `<tr><th scope="row">${escapeHtml(item.name)}<td>${signs[item.state]}<td>${escapeHtml(item.text)}</tr>`,
    )
    .join("\n");
  const title = `Karibu agent${report.siteName === null ? "" : ` at ${report.siteName}`}`;
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<h1>${escapeHtml(title)}</h1>
<p>Version ${escapeHtml(report.version)}. ${allWell(report) ? "Everything that can be seen from here works." : "Something needs a hand:"}</p>
<table border="1" cellpadding="8">
${rows}
</table>
${logInTable(report.logIns ?? [])}</html>
`;
}

function logInTable(logIns: readonly LoggedLogIn[]): string {
  if (logIns.length === 0) return "";
  const rows = logIns.map(({ atMs, nas, device, address, by, outcome }) => {
    const cells = [new Date(atMs).toISOString(), nas, device ?? "", address ?? "", by, outcome];
    return `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}`).join("")}</tr>`;
  });
  const heads = ["Time (UTC)", "Router", "Device", "Address", "By", "Outcome"];
  return `<h2>Last log-ins</h2>
<table border="1" cellpadding="4">
<tr>${heads.map((head) => `<th>${head}`).join("")}</tr>
${rows.join("\n")}
</table>
`;
}

function allWell(report: StatusReport): boolean {
  return report.items.every((item) => item.state === "ok");
}
