import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Field, Values } from "../../components/action-form.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { Deeds } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { type Float, limitFloat, listFloats, moveFloat } from "../../data/money.ts";
import type { Desk } from "../../desk.ts";
import { money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import "../../components/action-form.ts";
import "./cash-sales.ts";
import "./site-sellers.ts";

/** Cash sellers: what each has paid ahead, earned and owes. */
class SellersPage extends elementWith({
  desk: property<Desk>(),
  /** Whose float is being moved, which way, or limited. */
  open: state<{ readonly seller: Float; readonly verb: "top-up" | "settle" | "limit" } | null>(null),
}) {
  readonly #deeds = new Deeds(this);
  readonly #sellers = new ListController<Float>(this, {
    read: listFloats,
    topics: ["payment"],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const mayMove = this.desk.user.permissions.includes("payments.manage");
    return html`<div class="head"><h1>${say("cashSellers")}</h1></div>
      <h2 class="panel">${say("siteSellers")}</h2>
      <site-sellers .desk=${this.desk}></site-sellers>
      <h2 class="between">${say("cashSales")}</h2>
      <cash-sales .desk=${this.desk}></cash-sales>
      <h2 class="between">${say("officeSellers")}</h2>
      <p class="soft panel">${say("sellersWhy")}</p>
      ${this.#deeds.notice()} ${this.#form()}
      ${listCard(this.#sellers, {
        caption: say("cashSellers"),
        emptyText: say("noSellers"),
        columns: [
          {
            label: say("name"),
            cell: (row) => html`<strong>${row.name}</strong>`,
          },
          {
            label: say("float"),
            numeric: true,
            cell: (row) =>
              html`${money(row.balanceCents, row.currency)}
              ${row.balanceCents < 0 ? html`<span class="badge warn">${say("owes")}</span>` : nothing}`,
          },
          { label: say("floatLimit"), numeric: true, cell: (row) => money(row.creditLimitCents, row.currency) },
          ...(mayMove
            ? [
                {
                  label: say("change"),
                  cell: (row: Float) =>
                    html`<span class="row">
                      <button @click=${() => (this.open = { seller: row, verb: "top-up" })}>${say("topUp")}</button>
                      <button
                        class="quiet"
                        ?disabled=${row.balanceCents <= 0}
                        @click=${() => (this.open = { seller: row, verb: "settle" })}
                      >
                        ${say("payBack")}
                      </button>
                      <button class="quiet" @click=${() => (this.open = { seller: row, verb: "limit" })}>
                        ${say("changeLimit")}
                      </button>
                    </span>`,
                },
              ]
            : []),
        ],
      })}`;
  }

  #form() {
    if (this.open === null) return nothing;
    const { seller, verb } = this.open;
    const isLimit = verb === "limit";
    const title = isLimit ? "floatLimitFor" : verb === "top-up" ? "floatTopUpFor" : "floatSettleFor";
    const amount: Field = {
      name: "amount",
      label: `${say("amount")} (${seller.currency})`,
      type: "money",
      required: true,
      min: 0,
      ...(isLimit ? { value: seller.creditLimitCents, hint: say("floatLimitHint") } : {}),
    };
    return keyed(
      this.open,
      html`<section class="card pad panel">
        <h2 class="panel">${say(title, { name: seller.name })}</h2>
        <action-form
          .fields=${[amount]}
          submitText=${say(isLimit ? "save" : verb === "top-up" ? "topUp" : "payBack")}
          .submit=${(values: Values, key: string) =>
            verb === "limit"
              ? limitFloat(seller.userId, Number(values.amount))
              : moveFloat(seller.userId, verb, Number(values.amount), key)}
          @done=${(event: CustomEvent<{ balanceCents?: number }>) => {
            const { balanceCents } = event.detail;
            this.open = null;
            this.#deeds.tell(
              balanceCents === undefined
                ? say("saved")
                : say("newBalance", { amount: money(balanceCents, seller.currency) }),
            );
            void this.#sellers.reload();
          }}
          ><button type="button" class="quiet" @click=${() => (this.open = null)}>${say("cancel")}</button></action-form
        >
      </section>`,
    );
  }
}
customElements.define("sellers-page", SellersPage);
