import { html, nothing } from "lit";
import { writeAddress } from "../../address.ts";
import { appElement } from "../../components/app-element.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import { property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/table/list-controller.ts";
import "../../components/table/export-button.ts";
import { listCard, listFilters } from "../../components/table/list-page.ts";
import { type Balance, type Entry, ledgerExport, listEntries, readTrialBalance } from "../../data/money/ledger.ts";
import { dateTime, money, today } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { accountName, natureShown } from "./account-name.ts";
import "./account-statement.ts";
import "./profit-card.ts";

/** The books: the balance of each account, and every entry with its lines. */
class LedgerPage extends appElement({
  /** The account to open, `revenue@KES`; null: all accounts. */
  account: property<string | null>(null),
  balanced: state(true),
  /** Whose account each is that has an owner. */
  owners: state<ReadonlyMap<string, string | null>>(new Map()),
}) {
  readonly #balances = new ListController<Balance>(this, {
    read: async () => {
      const { rows, balanced } = await readTrialBalance(this.#span().untilMs);
      this.balanced = balanced;
      this.owners = new Map(rows.map(({ account, name }) => [account, name]));
      return { items: rows.filter((row) => row.debitCents !== row.creditCents), nextCursor: null };
    },
    topics: ["payment"],
  });
  readonly #entries = new ListController<Entry, "from" | "to">(this, {
    read: (query) => {
      void this.#balances.reload();
      return listEntries(query, this.#span());
    },
    topics: ["payment"],
    filters: ["from", "to"],
    isCounted: true,
  });

  #span(): ReturnType<typeof momentsOf> {
    return momentsOf(this.#entries.filters, this.app.zone.utcOffsetMinutes);
  }

  override render() {
    if (this.account !== null) {
      const [account = "", currency = this.app.currency] = this.account.split("@");
      return html`<account-statement
        .app=${this.app}
        .account=${account}
        .currency=${currency}
        .name=${accountName(account, this.owners.get(account) ?? null)}
      ></account-statement>`;
    }
    const amount = (cents: number, currency: string) => (cents === 0 ? nothing : money(cents, currency));
    return html`<div class="head">
        <h1>${say("ledger")}</h1>
        ${
          this.#balances.rows === null
            ? nothing
            : html`<span class="badge ${this.balanced ? "good" : "bad"}">${say(this.balanced ? "ledgerBalanced" : "ledgerUnbalanced")}</span>`
        }
      </div>
      ${listFilters(this.#entries, [{ days: this.app.zone }])}
      <p class="panel">
        <export-button path=${ledgerExport(this.#span())} file="ledger-${today(this.app.zone)}.csv" hasXlsx></export-button>
      </p>
      <profit-card .app=${this.app} .span=${this.#span()}></profit-card>
      <h2 class="panel between">${say("trialBalance")}</h2>
      ${listCard(this.#balances, {
        title: say("trialBalance"),
        emptyText: say("noEntries"),
        rowHref: (row) => `#/ledger/${encodeURIComponent(`${row.account}@${row.currency}`)}`,
        columns: [
          { label: say("account"), cell: (row) => html`<strong>${accountName(row.account, row.name)}</strong>` },
          { label: say("kind"), cell: (row) => word("nature", natureShown(row)) },
          { label: say("debit"), numeric: true, cell: (row) => amount(row.debitCents, row.currency) },
          { label: say("credit"), numeric: true, cell: (row) => amount(row.creditCents, row.currency) },
        ],
      })}
      <h2 class="between">${say("entries")}</h2>
      <p class="soft panel">${say("entrySigns")}</p>
      ${listCard(this.#entries, {
        title: say("entries"),
        emptyText: say("noEntries"),
        columns: [
          { label: say("time"), cell: (row) => dateTime(row.atMs, this.app.zone) },
          { label: say("entry"), cell: (row) => this.#cause(row) },
          {
            label: say("lines"),
            cell: (row) =>
              html`<div class="lines">
                ${row.lines.map(
                  (line) =>
                    html`<span>${accountName(line.account, line.name)}</span><span class="number">${money(line.growthCents, line.currency)}</span>`,
                )}
              </div>`,
          },
        ],
      })}`;
  }

  #cause(row: Entry) {
    const name = word("entry", row.kind);
    const receipt = /:([A-Z0-9]{6,})$/.exec(row.key)?.[1];
    const shown = html`${row.paymentId === null ? html`<strong>${name}</strong>` : html`<a href="#/payments/${row.paymentId}">${name}</a>`}`;
    return html`${shown}${receipt === undefined ? nothing : html`<br /><span class="mono soft">${receipt}</span>`}${this.#correct(row, receipt ?? "")}`;
  }

  /** What a person may have done wrong is put right on the page of corrections. */
  #correct({ id, kind, paymentId, lines }: Entry, receipt: string) {
    const isCredit = paymentId === null && receipt !== "" && lines.some(({ account }) => account === "credit");
    const subject: Readonly<Record<string, string>> | null =
      kind === "top-up"
        ? { correct: "take-back-top-up", entryId: id }
        : (kind === "receipt" || kind === "assignment") && isCredit
          ? { correct: "move-receipt", receipt }
          : null;
    if (subject === null || !this.mayAsOwn("ledger.manage")) return nothing;
    return html`<br /><a href=${writeAddress({ path: "corrections", query: subject })}>${say("correctThis")}</a>`;
  }
}
customElements.define("ledger-page", LedgerPage);
