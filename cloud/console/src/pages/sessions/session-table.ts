import { html, nothing, type TemplateResult } from "lit";
import { writeAddress } from "../../address.ts";
import type { AppContext } from "../../components/app-element.ts";
import type { Column } from "../../components/table/table-columns.ts";
import type { Session } from "../../data/catalogue/sessions.ts";
import { byteSize, dateTime, duration } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say, word } from "../../strings/strings.ts";
import "../../components/table/data-table.ts";

/** Columns of session lists: who, since when, how much. */
export function sessionColumns(app: AppContext): Column<Session>[] {
  return [
    {
      label: say("phoneOrCode"),
      cell: buyer,
    },
    { label: say("plan"), cell: (row) => (row.planName === null ? say("none") : planTitle(row.planName)) },
    {
      label: say("site"),
      cell: (row) =>
        html`${row.siteName ?? say("none")}${row.routerName === null || row.routerName === row.siteName ? nothing : html`<br /><span class="soft">${row.routerName}</span>`}`,
    },
    {
      label: say("since"),
      cell: (row) => (row.startedAtMs === null ? say("none") : dateTime(row.startedAtMs, app.zone)),
    },
    {
      label: say("timeLeft"),
      numeric: true,
      cell: (row) => (row.secondsLeft === null ? say("none") : duration(row.secondsLeft)),
    },
    { label: say("duration"), numeric: true, cell: (row) => duration(row.onlineSeconds) },
    { label: say("down"), numeric: true, cell: (row) => byteSize(row.outputBytes) },
    { label: say("up"), numeric: true, cell: (row) => byteSize(row.inputBytes) },
    {
      label: say("device"),
      cell: (row) =>
        html`<span class="mono">${row.mac ?? say("none")}${row.address === null ? nothing : html` <span class="soft">${row.address}</span>`}${row.service === null || row.service === "hotspot" ? nothing : html` <span class="badge">${word("service", row.service)}</span>`}</span>`,
    },
    {
      label: say("state"),
      cell: (row) => (row.stoppedAtMs === null ? html`<span class="badge good">${say("online")}</span>` : ending(row)),
    },
  ];
}

/** Phone, code or log-in name, and the way to the sale that is used. */
function buyer({ phone, voucherCode, user, paymentId, cashSaleId }: Session): TemplateResult {
  const isSale = paymentId !== null || cashSaleId !== null;
  const shown = html`<span class="mono nowrap">${phone ?? voucherCode ?? (isSale ? say("sale") : (user ?? say("none")))}</span>`;
  if (cashSaleId !== null) return html`<a href=${writeAddress({ path: "cash-sales", id: cashSaleId })}>${shown}</a>`;
  return paymentId === null ? shown : html`<a href=${writeAddress({ path: "payments", id: paymentId })}>${shown}</a>`;
}

/** Why the site ended it; where it did not, the router's word. Both, where they say two things. */
function ending({ cause, why }: Session): TemplateResult {
  const how = cause === null ? say("ended") : word("cause", cause);
  if (why === null) return html`<span class="badge">${how}</span>`;
  // The router calls any request of the site so: whether staff, a rule or the customer asked, the site alone says.
  const more = cause === "admin-reset" ? nothing : html`<br /><span class="soft">${how}</span>`;
  return html`<span class="badge">${word("ending", why)}</span>${more}`;
}

const causes = [
  ...(["user-request", "lost-carrier", "idle-timeout", "session-timeout", "admin-reset"] as const),
  ...(["nas-reboot", "nas-request", "nas-error", "moved", "lost"] as const),
];

const reasons = [
  ...(["expired", "time-used", "data-used", "revoked", "suspended", "paused", "outside-schedule"] as const),
  ...(["idle-timeout", "too-many-devices", "other-device", "elsewhere", "kicked"] as const),
  ...(["logged-out", "passed-on", "taken-off", "new-limits"] as const),
  ...(["silent", "not-listed", "router-restarted", "replaced"] as const),
];

/** A choice of these values; the strings name each as `kind_value`. */
function choiceOf<Name extends string>(
  name: Name,
  label: string,
  kind: string,
  values: readonly string[],
  all = say("allReasons"),
) {
  const named = values.map((value) => ({ value, label: word(kind, value) }));
  return { name, label, options: [{ value: "", label: all }, ...named] };
}

/** PPPoE told from the hotspot. */
export const serviceFilter = () =>
  choiceOf("service", say("service"), "service", ["hotspot", "pppoe", "ppp"], say("allOfThem"));

/** Why a session ended: as the site knows it, and by the router's word. */
export const reasonFilter = () => choiceOf("why", say("whyEnded"), "ending", reasons);
export const endFilter = () => choiceOf("cause", say("howEnded"), "cause", causes);

/** `isBrief`: beside what says already who bought what and where. */
export function sessionTable(sessions: readonly Session[], app: AppContext, isBrief = false): TemplateResult {
  const known = [say("phoneOrCode"), say("plan"), say("site"), say("timeLeft")];
  const columns = sessionColumns(app).filter(({ label }) => !isBrief || !known.includes(label));
  return html`<data-table
    caption=${say("sessions")}
    emptyText=${say("noSessions")}
    .columns=${columns}
    .rows=${sessions}
  ></data-table>`;
}
