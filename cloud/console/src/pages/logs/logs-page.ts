import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import { state } from "../../components/element-with.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listPage } from "../../components/table/list-page.ts";
import type { Column } from "../../components/table/table-columns.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { type LogLine, listLogs, queueNames, seesWholeLog } from "../../data/operations/logs.ts";
import { dateTimeSeconds } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

const tones: Record<string, string> = { error: "bad", warn: "warn" };
const levels = ["debug", "info", "warn", "error"] as const;

/** The latest lines of the hub's log, by level, text, event or request. A click on a request shows all its lines. */
class LogsPage extends appElement({
  /** The names of the lines' providers; empty for users who see only their own provider's lines. */
  providers: state<Names>(noNames),
}) {
  readonly #lines = new ListController<LogLine, "level" | "event" | "requestId" | "queue" | "from" | "to">(this, {
    read: async (query, { level, from, to, ...filters }) => {
      const { fromMs: sinceMs, untilMs } = momentsOf({ from, to }, this.app.zone.utcOffsetMinutes);
      this.providers = await readNames("providers", this.app.user);
      return listLogs(query, this.app.user, { ...filters, sinceMs, untilMs, level: level || "info", q: query.q ?? "" });
    },
    topics: [],
    filters: ["level", "event", "requestId", "queue", "from", "to"],
    isCounted: true,
  });

  override render() {
    return listPage(this.#lines, {
      title: say("logs"),
      emptyText: say("nothingFound"),
      search: say("search"),
      narrow: [
        { name: "level", label: say("logLevel"), options: levelOptions() },
        { name: "event", label: say("logEvent") },
        { name: "requestId", label: say("requestId") },
        { name: "queue", label: say("queue"), options: queueOptions() },
        { days: this.app.zone },
      ],
      columns: this.#columns(),
    });
  }

  #columns(): Column<LogLine>[] {
    const provider: Column<LogLine> = { label: say("provider"), cell: (row) => this.#provider(row) };
    return [
      {
        label: say("time"),
        cell: (row) => html`<span class="number nowrap">${dateTimeSeconds(row.atMs, this.app.zone)}</span>`,
      },
      {
        label: say("logLevel"),
        cell: (row) => html`<span class="badge ${tones[row.level] ?? ""}">${say(`level_${row.level}`)}</span>`,
      },
      { label: say("what"), cell: (row) => html`<strong class="mono">${row.event}</strong>` },
      { label: say("details"), cell: (row) => html`<span class="soft">${fieldsText(row)}</span>` },
      ...(seesWholeLog(this.app.user) ? [provider] : []),
      { label: say("requestId"), cell: (row) => this.#request(row) },
    ];
  }

  #provider({ providerId }: LogLine) {
    const name = providerId === null ? undefined : this.providers.get(providerId);
    if (name === undefined) return html`<span class="soft">${providerId?.slice(-8) ?? ""}</span>`;
    return html`<a href="#/providers/${encodeURIComponent(providerId ?? "")}">${name}</a>`;
  }

  #request({ requestId }: LogLine) {
    if (requestId === null) return html`<span></span>`;
    const end = requestId.slice(-8);
    return html`<button
      class="quiet mono nowrap"
      aria-label=${say("ofRequest", { id: end })}
      title=${requestId}
      @click=${() => this.#lines.narrow({ requestId, level: "debug" })}
    >
      ${end}
    </button>`;
  }
}
customElements.define("logs-page", LogsPage);

const queueOptions = () => [
  { value: "", label: say("allOfThem") },
  ...queueNames.map((name) => ({ value: name, label: word("queue", name) })),
];
/** Ordinary lines and above are the usual choice: the plain address shows them. */
const levelOptions = () =>
  levels.map((value) => ({ value: value === "info" ? "" : value, label: say(`level_${value}`) }));

/** `method GET · status 200`: the fields of a line, in order. */
function fieldsText({ fields }: LogLine): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .join(" · ");
}
