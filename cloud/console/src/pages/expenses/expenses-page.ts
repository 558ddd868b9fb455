import { html, nothing } from "lit";
import { type Field, optionsOf, type Values, withoutEmpty } from "../../components/action-form.ts";
import { ask } from "../../components/ask-dialog.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard, listHead } from "../../components/list-page.ts";
import { Deeds } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { addExpense, type Expense, listExpenses, readPurses, voidExpense } from "../../data/money.ts";
import { readNames } from "../../data/names.ts";
import type { Desk } from "../../desk.ts";
import { day, money, today } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

/** What the business spends; a mistake is voided, never erased. */
class ExpensesPage extends elementWith({
  desk: property<Desk>(),
  adding: state(false),
  channels: state<ReadonlyMap<string, string>>(new Map()),
}) {
  readonly #deeds = new Deeds(this);
  readonly #expenses = new ListController<Expense>(this, {
    read: async (cursor) => {
      this.channels = await readNames("channels", this.desk.user);
      return listExpenses(cursor);
    },
    topics: [],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const mayChange = this.desk.user.permissions.includes("ledger.manage");
    return html`${listHead(say("expenses"), {
      text: say("addExpense"),
      may: mayChange,
      isOpen: this.adding,
      toggle: () => (this.adding = !this.adding),
    })}
      ${this.#deeds.notice()} ${this.adding ? this.#form() : nothing}
      ${listCard(this.#expenses, {
        caption: say("expenses"),
        emptyText: say("noExpenses"),
        columns: [
          { label: say("spentOn"), cell: (row) => day(row.spentOn, this.desk.zone) },
          {
            label: say("category"),
            cell: (row) =>
              html`<strong>${row.category}</strong>${row.note === null || row.note === "" ? nothing : html`<br /><span class="soft">${row.note}</span>`}`,
          },
          { label: say("payee"), cell: (row) => row.payee || say("none") },
          { label: say("paidFrom"), cell: (row) => this.#from(row.paidFrom) },
          { label: say("amount"), numeric: true, lead: true, cell: (row) => money(row.amountCents, row.currency) },
          {
            label: say("change"),
            cell: (row) => {
              if (row.voided) return html`<span class="badge">${say("voided")}</span>`;
              return mayChange
                ? html`<button class="quiet" @click=${() => this.#void(row)}>${say("voidIt")}</button>`
                : nothing;
            },
          },
        ],
      })}`;
  }

  #from(account: string): string {
    const [kind, id = ""] = account.split(":");
    return kind === "clearing" ? (this.channels.get(id) ?? say("channel")) : say("fromCash");
  }

  #form() {
    const fields: Field[] = [
      { name: "category", label: say("category"), required: true },
      { name: "amount", label: `${say("amount")} (${this.desk.currency})`, type: "money", required: true, min: 0 },
      { name: "spentOn", label: say("spentOn"), type: "date", required: true, value: today(this.desk.zone) },
      {
        name: "channelId",
        label: say("paidFrom"),
        type: "select",
        value: "",
        options: [{ value: "", label: say("fromCash") }, ...optionsOf(this.channels)],
      },
      { name: "payee", label: say("payee") },
      { name: "note", label: say("note") },
    ];
    return html`<section class="card pad panel">
      <action-form
        .fields=${fields}
        submitText=${say("addExpense")}
        .submit=${({ amount, ...values }: Values, key: string) => this.#add(Number(amount), withoutEmpty(values), key)}
        @done=${(event: CustomEvent<Expense | null>) => {
          if (event.detail === null) return;
          this.adding = false;
          this.#deeds.tell(say("saved"));
          void this.#expenses.reload();
        }}
      ></action-form>
    </section>`;
  }

  /** Null: thought better of, for the books have less there. Cash of vouchers is in no book, so the till may hold more. */
  async #add(amountCents: number, values: Values, key: string): Promise<Expense | null> {
    const { currency } = this.desk;
    const purse = (await readPurses()).items.find(({ channelId }) => channelId === (values.channelId ?? null));
    const hereCents = purse?.balances.find((each) => each.currency === currency)?.balanceCents ?? 0;
    if (amountCents > hereCents) {
      const sums = { amount: money(amountCents, currency), balance: money(hereCents, currency) };
      if (!(await ask(say("overspendSure", sums), say("addExpense")))) return null;
    }
    return addExpense({ ...values, amountCents, currency }, key);
  }

  async #void(row: Expense) {
    const amount = money(row.amountCents, row.currency);
    if (!(await ask(say("voidExpenseSure", { amount }), say("voidIt")))) return;
    await this.#deeds.run(`void/${row.id}`, (key) => voidExpense(row.id, key));
    await this.#expenses.reload();
  }
}
customElements.define("expenses-page", ExpensesPage);
