import { html } from "lit";
import type { Column } from "../../components/data-table.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { readNames } from "../../data/names.ts";
import { type LogFilters, type LogLine, listLogs, seesWholeLog } from "../../data/operations/logs.ts";
import type { Desk } from "../../desk.ts";
import { dateTimeSeconds } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

const tones: Record<string, string> = { error: "bad", warn: "warn" };
const levels = ["debug", "info", "warn", "error"] as const;

/** The latest lines of the hub's log, by gravity, event, text or request; a click on a request shows all of it. */
class LogsPage extends elementWith({
  desk: property<Desk>(),
  filters: state<LogFilters>({ level: "info", q: "", event: "", requestId: "" }),
  /** Whose a line is; empty for those who see their own lines alone. */
  providers: state<ReadonlyMap<string, string>>(new Map()),
}) {
  readonly #lines = new ListController<LogLine>(this, {
    read: (cursor) => listLogs(this.desk.user, this.filters, cursor),
    topics: [],
    events: () => this.desk.events,
  });

  override connectedCallback(): void {
    super.connectedCallback();
    queueMicrotask(async () => {
      this.providers = await readNames("providers", this.desk.user);
    });
  }

  static override styles = [sharedStyles];

  override render() {
    const choose = (name: keyof LogFilters) => (event: Event) => {
      this.#show({ [name]: (event.target as HTMLInputElement).value.trim() });
    };
    const { level, q, event, requestId } = this.filters;
    return html`<div class="head"><h1>${say("logs")}</h1></div>
      <div class="filters">
        <label
          >${say("logLevel")}<select @change=${choose("level")}>
            ${levels.map((one) => html`<option value=${one} ?selected=${one === level}>${say(`level_${one}`)}</option>`)}
          </select></label
        >
        <label>${say("search")}<input type="search" .value=${q} @change=${choose("q")} /></label>
        <label>${say("logEvent")}<input type="search" .value=${event} @change=${choose("event")} /></label>
        <label>${say("requestId")}<input type="search" .value=${requestId} @change=${choose("requestId")} /></label>
      </div>
      ${listCard(this.#lines, { caption: say("logs"), emptyText: say("nothingFound"), columns: this.#columns() })}`;
  }

  #columns(): Column<LogLine>[] {
    const whose: Column<LogLine> = { label: say("provider"), cell: (row) => this.#provider(row) };
    return [
      {
        label: say("time"),
        cell: (row) => html`<span class="number nowrap">${dateTimeSeconds(row.atMs, this.desk.zone)}</span>`,
      },
      {
        label: say("logLevel"),
        cell: (row) => html`<span class="badge ${tones[row.level] ?? ""}">${say(`level_${row.level}`)}</span>`,
      },
      { label: say("what"), cell: (row) => html`<strong class="mono">${row.event}</strong>` },
      { label: say("details"), cell: (row) => html`<span class="soft">${fieldsText(row)}</span>` },
      ...(seesWholeLog(this.desk.user) ? [whose] : []),
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
      @click=${() => this.#show({ requestId, level: "debug" })}
    >
      ${end}
    </button>`;
  }

  #show(change: Partial<LogFilters>): void {
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
