import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import type { Column } from "../../components/data-table.ts";
import { state } from "../../components/element-with.ts";
import { selectFilter, textFilter } from "../../components/filters.ts";
import { ListController } from "../../components/list-controller.ts";
import { listPage } from "../../components/list-page.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { type LogFilters, type LogLine, listLogs, seesWholeLog } from "../../data/operations/logs.ts";
import { dateTimeSeconds } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

const tones: Record<string, string> = { error: "bad", warn: "warn" };
const levels = ["debug", "info", "warn", "error"] as const;

/** The latest lines of the hub's log, by level, text, event or request. A click on a request shows all its lines. */
class LogsPage extends appElement({
  filters: state<LogFilters>({ level: "info", q: "", event: "", requestId: "" }),
  /** The names of the lines' providers; empty for users who see only their own provider's lines. */
  providers: state<Names>(noNames),
}) {
  readonly #lines = new ListController<LogLine>(this, {
    read: async (query) => {
      this.providers = await readNames("providers", this.app.user);
      return listLogs(query, this.app.user, this.filters);
    },
    topics: [],
  });

  override render() {
    return listPage(this.#lines, {
      title: say("logs"),
      emptyText: say("nothingFound"),
      filters: this.#filterFields(),
      columns: this.#columns(),
    });
  }

  #filterFields() {
    const { level, q, event, requestId } = this.filters;
    const levelOptions = levels.map((value) => ({ value, label: say(`level_${value}`) }));
    return html`${selectFilter(say("logLevel"), levelOptions, level, (chosen) => this.#filter({ level: chosen }))}
    ${textFilter(say("search"), (text) => this.#filter({ q: text }), { value: q })}
    ${textFilter(say("logEvent"), (text) => this.#filter({ event: text }), { value: event })}
    ${textFilter(say("requestId"), (text) => this.#filter({ requestId: text }), { value: requestId })}`;
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
      @click=${() => this.#filter({ requestId, level: "debug" })}
    >
      ${end}
    </button>`;
  }

  #filter(change: Partial<LogFilters>): void {
    this.filters = { ...this.filters, ...change };
    void this.#lines.reload();
  }
}
customElements.define("logs-page", LogsPage);

/** `method GET · status 200`: the fields of a line, in order. */
function fieldsText({ fields }: LogLine): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .join(" · ");
}
