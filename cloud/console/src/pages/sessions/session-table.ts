import { html, type TemplateResult } from "lit";
import type { AppContext } from "../../components/app-element.ts";
import type { Column } from "../../components/data-table.ts";
import type { Session } from "../../data/catalogue/sessions.ts";
import { byteSize, dateTime, duration } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "../../components/data-table.ts";

/** Columns of session lists: who, since when, how much. */
export function sessionColumns(app: AppContext): Column<Session>[] {
  return [
    { label: say("device"), cell: (row) => html`<span class="mono">${row.mac ?? row.user ?? say("none")}</span>` },
    { label: say("site"), cell: (row) => row.siteName ?? say("none") },
    {
      label: say("since"),
      cell: (row) => (row.startedAtMs === null ? say("none") : dateTime(row.startedAtMs, app.zone)),
    },
    { label: say("duration"), numeric: true, cell: (row) => duration(row.onlineSeconds) },
    { label: say("down"), numeric: true, cell: (row) => byteSize(row.outputBytes) },
    { label: say("up"), numeric: true, cell: (row) => byteSize(row.inputBytes) },
    {
      label: say("state"),
      cell: (row) =>
        row.stoppedAtMs === null
          ? html`<span class="badge good">${say("online")}</span>`
          : html`<span class="badge">${row.cause === null ? say("ended") : word("cause", row.cause)}</span>`,
    },
  ];
}

export function sessionTable(sessions: readonly Session[], app: AppContext): TemplateResult {
  return html`<data-table
    caption=${say("sessions")}
    emptyText=${say("noSessions")}
    .columns=${sessionColumns(app)}
    .rows=${sessions}
  ></data-table>`;
}
