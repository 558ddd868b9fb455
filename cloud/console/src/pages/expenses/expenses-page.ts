import { html, nothing } from "lit";
import { type AppContext, appElement } from "../../components/app-element.ts";
import { dayAfter } from "../../components/dates/periods.ts";
import { state } from "../../components/element-with.ts";
import { optionsOf } from "../../components/fields/options-of.ts";
import type { Fields, ValuesOf } from "../../components/fields/values-of.ts";
import { withoutEmpty } from "../../components/fields/without-empty.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { askOverspend } from "../../components/overlay/ask-overspend.ts";
import { PageActions } from "../../components/page-actions.ts";
import "../../components/table/export-button.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listPage } from "../../components/table/list-page.ts";
import {
  addExpense,
  type Expense,
  expensesExport,
  listExpenses,
  resolveExpense,
  voidExpense,
} from "../../data/money/expenses.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { currencyName, day, money, today } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

/** The expenses of the business. A wrong one is voided, never deleted. */
class ExpensesPage extends appElement({
  channels: state<Names>(noNames),
  /** Those that an expense can be paid from now. */
  payable: state<Names>(noNames),
}) {
  readonly #expenses = new ListController<Expense, "from" | "to">(this, {
    read: async (query, days) => {
      [this.channels, this.payable] = await Promise.all([
        readNames("channels", this.app.user),
        readNames("channelsToPay", this.app.user),
      ]);
      return listExpenses(query, spanOf(days));
    },
    topics: [],
    filters: ["from", "to"],
    isCounted: true,
  });
  readonly #actions = new PageActions(this, () => this.#expenses.reload());

  override render() {
    const mayChange = this.may("ledger.manage");
    return listPage(this.#expenses, {
      title: say("expenses"),
      emptyText: say("noExpenses"),
      name: "expenses",
      rowKey: (row) => row.id,
      sums: [["amountCents", "sumSpent"]],
      beside: html`<export-button
        path=${expensesExport(spanOf(this.#expenses.filters))}
        file="expenses-${today(this.app.zone)}.csv"
        hasXlsx
      ></export-button>`,
      narrow: [{ days: this.app.zone }],
      add: mayChange && {
        text: say("addExpense"),
        fields: fieldsOf(this.payable, this.app),
        submit: (values, key) => this.#add(values, key),
        done: () => this.#actions.notify(say("saved")),
      },
      columns: [
        { label: say("spentOn"), cell: (row) => day(row.spentOn, this.app.zone) },
        {
          label: say("category"),
          cell: (row) =>
            html`<strong>${row.category}</strong>${row.note === null || row.note === "" ? nothing : html`<br /><span class="soft">${row.note}</span>`}`,
        },
        { label: say("payee"), cell: (row) => row.payee || say("none") },
        {
          label: say("paidFrom"),
          cell: (row) =>
            html`${this.#from(row.paidFrom)}${row.reference === null ? nothing : html`<br /><span class="soft">${row.reference}</span>`}`,
        },
        {
          label: say("amount"),
          numeric: true,
          lead: true,
          cell: (row) => html`${money(row.amountCents, row.currency)}${isAsked(row) ? aboveTill(row) : nothing}`,
        },
      ],
      buttons: (row) => {
        if (row.voided) return html`<span class="badge">${say("voided")}</span>`;
        if (!mayChange) return nothing;
        return html`<span class="row">
          ${isAsked(row) ? html`<button @click=${() => this.#looked(row)}>${say("expenseLooked")}</button>` : nothing}
          <button class="quiet danger" @click=${() => this.#void(row)}>${say("voidIt")}</button>
        </span>`;
      },
    });
  }

  #from(account: string): string {
    const [kind, id = ""] = account.split(":");
    return kind === "clearing" ? (this.channels.get(id) ?? say("channel")) : say("fromCash");
  }

  /** Resolves to false when the user is asked whether to pay more than is there, and says no. */
  async #add({ amount: amountCents, ...values }: ValuesOf<typeof fieldsOf>, key: string): Promise<Expense | false> {
    const { currency } = this.app;
    const { channelId } = values;
    if (!(await askOverspend({ channelId, amountCents, currency }, say("addExpense")))) return false;
    return addExpense({ ...withoutEmpty(values), amountCents, currency }, key);
  }

  #looked(row: Expense) {
    return this.#actions.run(`looked/${row.id}`, () => resolveExpense(row.id, say("reviewedNote")));
  }

  async #void(row: Expense) {
    const amount = money(row.amountCents, row.currency);
    if (!(await ask(say("voidExpenseSure", { amount }), say("voidIt"), { danger: true, thing: amount }))) return;
    await this.#actions.run(`void/${row.id}`, (key) => voidExpense(row.id, key));
  }
}
customElements.define("expenses-page", ExpensesPage);

function fieldsOf(payable: Names, { currency, zone }: Pick<AppContext, "currency" | "zone">) {
  return [
    { name: "category", label: say("category"), required: true },
    {
      name: "amount",
      label: `${say("amount")} (${currencyName(currency)})`,
      type: "money",
      required: true,
      min: 0,
    },
    { name: "spentOn", label: say("spentOn"), type: "date", required: true, value: today(zone) },
    {
      name: "channelId",
      label: say("paidFrom"),
      type: "select",
      value: "",
      options: [{ value: "", label: say("fromCash") }, ...optionsOf(payable)],
    },
    { name: "reference", label: say("expenseReference"), hint: say("expenseReferenceHint") },
    { name: "payee", label: say("payee") },
    { name: "note", label: say("note") },
  ] as const satisfies Fields;
}

const spanOf = ({ from, to }: { readonly from: string; readonly to: string }) => ({
  fromDay: from,
  untilDay: dayAfter(to),
});
/** It was larger than what the till held, and nobody has looked yet. */
const isAsked = ({ shortCents, lookedAtMs, voided }: Expense): boolean =>
  shortCents > 0 && lookedAtMs === null && !voided;

function aboveTill({ shortCents, currency }: Expense) {
  return html`<br /><span class="badge warn">${say("expenseShort", { amount: money(shortCents, currency) })}</span>`;
}
