import { html, nothing } from "lit";
import { optionsOf, type Values } from "../../components/action-form.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { listChannels } from "../../data/money/channels.ts";
import {
  importStatement,
  listStatements,
  type Reconciliation,
  type Statement,
} from "../../data/money/reconciliation.ts";
import type { Desk } from "../../desk.ts";
import { dateTime, money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import "./closed-days.ts";
import "./open-differences.ts";

/** The statement of the M-Pesa portal against the books: every difference by its receipt; then the day is closed. */
class ReconciliationPage extends elementWith({
  desk: property<Desk>(),
  channels: state<ReadonlyMap<string, string>>(new Map()),
  result: state<Reconciliation | null>(null),
}) {
  readonly #statements = new ListController<Statement>(this, {
    read: async (cursor) => {
      await this.#readChannels();
      return listStatements(cursor);
    },
    topics: [],
    events: () => this.desk.events,
  });

  /** Only M-Pesa has statements. */
  async #readChannels(): Promise<void> {
    if (!this.desk.user.permissions.includes("channels.read")) return;
    const { items } = await listChannels();
    const mpesa = items.filter(({ kind }) => kind.startsWith("mpesa"));
    this.channels = new Map(mpesa.map(({ id, name }) => [id, name]));
  }

  static override styles = [sharedStyles];

  override render() {
    const { currency, zone } = this.desk;
    return html`<div class="head"><h1>${say("reconciliation")}</h1></div>
      <p class="soft panel">${say("reconciliationWhy")}</p>
      ${this.desk.user.permissions.includes("ledger.manage") ? this.#import() : nothing}
      ${this.result === null ? nothing : this.#result(this.result)}
      <open-differences .desk=${this.desk} .channels=${this.channels}></open-differences>
      <closed-days .desk=${this.desk} .channels=${this.channels}></closed-days>
      <h2 class="between">${say("importedStatements")}</h2>
      ${listCard(this.#statements, {
        caption: say("importedStatements"),
        emptyText: say("noStatements"),
        columns: [
          { label: say("imported_at"), cell: (row) => dateTime(row.importedAtMs, zone) },
          { label: say("channel"), cell: (row) => this.channels.get(row.channelId) ?? say("channel") },
          { label: say("period"), cell: (row) => `${dateTime(row.fromMs, zone)} – ${dateTime(row.toMs, zone)}` },
          { label: say("payments"), numeric: true, cell: (row) => row.inflows },
          { label: say("moneyIn"), numeric: true, lead: true, cell: (row) => money(row.inflowCents, currency) },
        ],
      })}`;
  }

  #import() {
    const options = optionsOf(this.channels);
    return html`<section class="card pad panel">
      <action-form
        .fields=${[
          { name: "channelId", label: say("channel"), type: "select", required: true, options },
          { name: "csv", label: say("statementFile"), type: "file", accept: ".csv,text/csv", required: true },
        ]}
        submitText=${say("importStatement")}
        .submit=${(values: Values, key: string) => importStatement(String(values.channelId), String(values.csv), key)}
        @done=${(event: CustomEvent<Reconciliation>) => {
          this.result = event.detail;
          void this.#statements.reload();
          void (this.renderRoot.querySelector("open-differences") as unknown as { reload(): Promise<void> }).reload();
        }}
      ></action-form>
    </section>`;
  }

  #result({ differences, failures, inflows, inflowCents, found }: Reconciliation) {
    const amount = money(inflowCents, this.desk.currency);
    return html`<section class="card pad panel" role="status">
      <span class="badge ${differences.length === 0 ? "good" : "bad"}">${say("differences", { count: differences.length })}</span>
      <p class="below">${say("statementSums", { count: inflows, amount, found })}</p>
      ${
        failures.length === 0
          ? nothing
          : html`<p class="below bad">${say("statementFailures", { receipts: failures.map(({ receipt }) => receipt).join(", ") })}</p>`
      }
    </section>`;
  }
}
customElements.define("reconciliation-page", ReconciliationPage);
