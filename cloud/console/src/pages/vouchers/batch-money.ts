import { html, nothing } from "lit";
import "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { type BatchMoney, batchMoneyPath, changeBooking, collectCash } from "../../data/catalogue/vouchers.ts";
import { currencyName, money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { bookingsFor, bookingText } from "./booking-words.ts";

/** What a batch brought into the books, the cash of it that is still out, and how it is booked. */
class BatchMoneyCard extends appElement({
  batchId: property(""),
  /** The form that is open. */
  open: state<"collect" | "booking" | null>(null),
}) {
  readonly #money = new ReadController<BatchMoney>(this, {
    path: () => batchMoneyPath(this.batchId),
    topics: ["voucher", "grant"],
  });
  readonly #actions = new PageActions(this, () => this.#money.reload());

  override render() {
    return this.#money.render(
      (value) => html`<section class="card pad panel">
          <h2 class="panel">${say("batchMoney")}</h2>
          ${facts([
            [say("batchBooking"), bookingText(value.booking)],
            [
              say("batchSold"),
              say("batchSoldCount", { count: value.sold, amount: money(value.soldCents, value.currency) }),
            ],
            value.late === 0
              ? null
              : [
                  say("batchLate"),
                  say("batchSoldCount", { count: value.late, amount: money(value.lateCents, value.currency) }),
                ],
            [say("batchCash"), money(value.cashCents, value.currency)],
          ])}
          ${value.cashCents === 0 ? nothing : html`<p class="soft below">${say("batchCashWhy")}</p>`}
          <p class="row below">
            ${
              value.cashCents > 0 && this.may("payments.manage")
                ? html`<button @click=${() => (this.open = "collect")}>${say("collectCash")}</button>`
                : nothing
            }
            ${
              value.mayChange && this.may("vouchers.manage")
                ? html`<button class="quiet" @click=${() => (this.open = "booking")}>${say("change")}</button>`
                : nothing
            }
          </p>
        </section>
        ${this.open === null ? nothing : this.#form(this.open, value)}`,
    );
  }

  #form(open: "collect" | "booking", value: BatchMoney) {
    const close = () => (this.open = null);
    const done = (notice: string) => {
      close();
      this.#actions.notify(notice);
      void this.#money.reload();
    };
    if (open === "collect")
      return formCard({
        title: say("collectCash"),
        fields: [
          {
            name: "amountCents",
            label: `${say("amount")} (${currencyName(value.currency)})`,
            type: "money",
            required: true,
            value: value.cashCents,
          },
        ],
        submitText: say("collectCash"),
        submit: ({ amountCents }, key) => collectCash(this.batchId, Number(amountCents), key),
        done: () => done(say("cashCollected")),
        cancel: close,
      });
    return formCard({
      title: say("batchBooking"),
      fields: [
        {
          name: "booking",
          label: say("batchBooking"),
          type: "select",
          isLarge: true,
          value: value.booking,
          hint: say("batchBookingHint"),
          options: bookingsFor(this.app.user, value.booking).map((booking) => ({
            value: booking,
            label: bookingText(booking),
          })),
        },
      ],
      submitText: say("save"),
      submit: ({ booking }) => changeBooking(this.batchId, booking as BatchMoney["booking"]),
      done: () => done(say("saved")),
      cancel: close,
    });
  }

  static override styles = [sharedStyles];
}
customElements.define("batch-money", BatchMoneyCard);
