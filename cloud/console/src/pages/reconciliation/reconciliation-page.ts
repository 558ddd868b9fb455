import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { optionsOf } from "../../components/fields/options-of.ts";
import { formCard } from "../../components/form-card.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import { listChannelsToFind } from "../../data/money/channels.ts";
import {
  importStatement,
  listStatements,
  type Reconciliation,
  type Statement,
} from "../../data/money/reconciliation.ts";
import { type Names, noNames } from "../../data/names.ts";
import { dateTime, money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "./closed-days.ts";
import "./open-differences.ts";

/** Compares the statements of M-Pesa with the books: each difference by its receipt, then the day is closed. */
class ReconciliationPage extends appElement({
  /** The M-Pesa channels: only they have statements. */
  channels: state<Names>(noNames),
  /** The last import. */
  result: state<Reconciliation | null>(null),
}) {
  readonly #statements = new ListController<Statement>(this, {
    read: async (query) => {
      await this.#readChannels();
      return listStatements(query);
    },
    topics: [],
  });

  async #readChannels(): Promise<void> {
    if (!this.may("channels.read")) return;
    const { items } = await listChannelsToFind();
    const withStatements = items.filter(({ hasStatements }) => hasStatements);
    this.channels = new Map(withStatements.map(({ id, name }) => [id, name]));
  }

  override render() {
    const { zone } = this.app;
    const isCompared = this.#statements.rows === null ? null : this.#statements.rows.length > 0;
    return html`<div class="head"><h1>${say("reconciliation")}</h1></div>
      <p class="soft panel">${say("reconciliationWhy")}</p>
      ${this.may("ledger.manage") ? this.#importForm() : nothing}
      ${this.result === null ? nothing : this.#result(this.result)}
      <open-differences .app=${this.app} .channels=${this.channels} .lastImport=${this.result} .isCompared=${isCompared}></open-differences>
      <closed-days .app=${this.app} .channels=${this.channels}></closed-days>
      <h2 class="between">${say("importedStatements")}</h2>
      ${listCard(this.#statements, {
        title: say("importedStatements"),
        emptyText: say("noStatements"),
        columns: [
          { label: say("imported_at"), cell: (row) => dateTime(row.importedAtMs, zone) },
          { label: say("channel"), cell: (row) => this.channels.get(row.channelId) ?? say("channel") },
          { label: say("period"), cell: (row) => `${dateTime(row.fromMs, zone)} – ${dateTime(row.toMs, zone)}` },
          { label: say("payments"), numeric: true, cell: (row) => row.inflows },
          { label: say("moneyIn"), numeric: true, lead: true, cell: (row) => money(row.inflowCents, row.currency) },
        ],
      })}`;
  }

  #importForm() {
    const options = optionsOf(this.channels);
    return formCard({
      fields: [
        { name: "channelId", label: say("channel"), type: "select", required: true, options },
        {
          name: "file",
          label: say("statementFile"),
          type: "file",
          accept: ".csv,.xlsx,.xls,text/csv",
          isBinary: true,
          required: true,
        },
        {
          name: "dateOrder",
          label: say("fileDateOrder"),
          type: "select",
          value: "",
          options: [
            { value: "", label: say("fileDateOrderAsFile") },
            ...(["day-first", "month-first"] as const).map((value) => ({ value, label: word("dateOrder", value) })),
          ],
        },
      ],
      submitText: say("importStatement"),
      submit: ({ channelId, file, dateOrder }, key) => {
        const said = dateOrder === "day-first" || dateOrder === "month-first" ? dateOrder : null;
        return importStatement({ channelId: String(channelId), file: String(file), dateOrder: said }, key);
      },
      done: (result: Reconciliation) => {
        this.result = result;
        void this.#statements.reload();
      },
    });
  }

  #result(result: Reconciliation) {
    const { differences, failures, inflows, inflowCents, currency, found, foundReceipts, returned, toBankCents } =
      result;
    const amount = money(inflowCents, currency);
    return html`<section class="card pad panel" role="status">
      <span class="badge ${differences.length === 0 ? "good" : "bad"}">${say("differences", { count: differences.length })}</span>
      <p class="below">${say("statementSums", { count: inflows, amount, found })}</p>
      ${this.#balance(result)}
      ${returned === 0 ? nothing : html`<p class="below bad">${say("statementReturned", { count: returned })}</p>`}
      ${toBankCents === 0 ? nothing : html`<p class="below">${say("statementToBank", { amount: money(toBankCents, currency) })}</p>`}
      ${
        foundReceipts.length === 0
          ? nothing
          : html`<h3 class="below">${say("foundOnStatement")}</h3>
              <ul class="found">
                ${foundReceipts.map(
                  ({ receipt, paymentId }) =>
                    html`<li>
                      ${
                        paymentId === null
                          ? html`<span class="mono">${receipt}</span> <span class="soft">(${say("noPaymentYet")})</span>`
                          : html`<a class="mono" href="#/payments/${paymentId}">${receipt}</a>`
                      }
                    </li>`,
                )}
              </ul>`
      }
      ${
        failures.length === 0
          ? nothing
          : html`<p class="below bad">${say("statementFailures", { receipts: failures.map(({ receipt }) => receipt).join(", ") })}</p>`
      }
    </section>`;
  }

  #balance({ balance, account, currency }: Reconciliation) {
    if (balance.state === "absent") return html`<p class="below soft">${say("statementNoBalance")}</p>`;
    if (balance.state !== "agrees") {
      const text = balance.state === "differs" ? "statementBalanceBroken" : "statementBalanceUnreadable";
      return html`<p class="below bad">${say(text, { receipt: balance.receipt })}</p>`;
    }
    const [opening, closing] = [money(balance.openingCents, currency), money(balance.closingCents, currency)];
    return html`<p class="below">${say("statementBalanceFollows", { opening, closing })}
      ${
        account === null
          ? nothing
          : html`<span class=${account.heldCents === account.bookedCents ? "" : "bad"}
              >${say("statementHolds", { held: money(account.heldCents, currency), booked: money(account.bookedCents, currency) })}</span
            >`
      }</p>`;
  }
}
customElements.define("reconciliation-page", ReconciliationPage);
