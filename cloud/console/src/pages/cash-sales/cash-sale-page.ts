import { css, html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { withoutEmpty } from "../../components/fields/without-empty.ts";
import { formCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { listSessions, type Session } from "../../data/catalogue/sessions.ts";
import { type CashSaleDetail, cashSalePath, sendCashSaleCode, switchCashSale } from "../../data/money/cash-sales.ts";
import type { Refund } from "../../data/money/refunds.ts";
import { dateTime, money } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say } from "../../strings/strings.ts";
import { cashRefundFields, requestCashRefund } from "../refunds/cash-refund.ts";
import { refundsOfSale } from "../refunds/refunds-of-sale.ts";
import { whyItWaits } from "../refunds/silent-sites.ts";
import { sessionTable } from "../sessions/session-table.ts";

type Form = "send" | "refund";

/** One sale for cash at a site: who sold it, its code, who uses it, and what can be done for its customer. */
class CashSalePage extends appElement({
  saleId: property(""),
  open: state<Form | null>(null),
  sessions: state<readonly Session[]>([]),
}) {
  readonly #actions = new PageActions(this, () => this.#sale.reload());
  readonly #sale = new ReadController<CashSaleDetail>(this, {
    path: () => cashSalePath(this.saleId),
    topics: ["payment", "grant", "session"],
  });
  /** What the sessions were read for. */
  #readFor: unknown = null;

  static override styles = [
    sharedStyles,
    css`
      .code {
        font: 700 clamp(1.9rem, 9vw, 2.6rem) / 1.3 ui-monospace, monospace;
        overflow-wrap: anywhere;
        user-select: all;
      }
      section + section.card {
        margin-top: 1rem;
      }
      .two section + section.card {
        margin-top: 0;
      }
    `,
  ];

  override updated() {
    const sale = this.#sale.value;
    if (sale === null || sale === this.#readFor) return;
    this.#readFor = sale;
    if (!this.may("sessions.read")) return;
    void listSessions({ cursor: null, limit: 20 }, { grantId: sale.grantId, siteId: sale.siteId }).then(
      ({ items }) => {
        this.sessions = items;
      },
      () => {},
    );
  }

  override render() {
    const sale = this.#sale.value;
    return html`<div class="head">
        <h1>${say("cashSale")} ${sale === null ? nothing : html`<span class="mono">…${sale.codeEnd}</span>`}</h1>
      </div>
      ${this.#sale.render((value) => this.#body(value))}`;
  }

  #body(sale: CashSaleDetail) {
    return html`${this.#form(sale)}
      <div class="two">
        <section class="card pad">
          <div class="big">${money(sale.priceCents, sale.currency)}</div>
          <p class="row">
            <span class="badge good">${say("kind_cash")}</span> ${stateOf(sale)}
          </p>
          ${facts([
            [say("role_seller"), sale.sellerName ?? say("unnamedUser")],
            [say("site"), sale.siteName],
            [say("plan"), planTitle(sale.planName)],
            [say("phone"), sale.phone === null ? null : html`<span class="mono">${sale.phone}</span>`],
            [say("time"), dateTime(sale.soldAtMs, this.app.zone)],
            [say("receivedAt"), dateTime(sale.receivedAtMs, this.app.zone)],
            [say("account_commission"), money(sale.commissionCents, sale.currency)],
            sale.refundedCents === 0 ? null : [say("refundedSoFar"), money(sale.refundedCents, sale.currency)],
          ])}
        </section>
        <section class="card pad">
          <p class="soft">${say("saleCode")}</p>
          <p class="code">${sale.code === null ? `…${sale.codeEnd}` : grouped(sale.code)}</p>
          <p class="soft">${say("cashSaleCodeWhy")}</p>
          <p class="row below">${this.#buttons(sale)}</p>
        </section>
      </div>
      ${
        this.sessions.length === 0
          ? nothing
          : html`<section class="card"><h2 class="pad">${say("sessions")}</h2>${sessionTable(this.sessions, this.app)}</section>`
      }
      ${refundsOfSale(sale, this.app.zone)}`;
  }

  #buttons(sale: CashSaleDetail) {
    const isBusy = this.#actions.busy !== "";
    const isOn = sale.disabledAtMs === null;
    const opens = (form: Form, text: string) =>
      html`<button
        aria-expanded=${this.open === form}
        ?disabled=${isBusy}
        @click=${() => (this.open = this.open === form ? null : form)}
      >
        ${text}
      </button>`;
    const isGivenBack = sale.refundedCents >= sale.priceCents;
    return html`${isOn && this.may("messages.manage") ? opens("send", say("sendAgain")) : nothing}
    ${!isGivenBack && this.mayAsOwn("payments.manage") ? opens("refund", say("requestRefund")) : nothing}
    ${
      this.may("grants.manage") && (isOn || sale.refundedCents === 0)
        ? html`<button class=${isOn ? "danger" : ""} ?disabled=${isBusy} @click=${() => this.#switch(sale)}>
            ${say(isOn ? "switchOff" : "switchOn")}
          </button>`
        : nothing
    }`;
  }

  async #switch({ id, code, codeEnd, disabledAtMs }: CashSaleDetail) {
    const isOn = disabledAtMs === null;
    const name = code === null ? `…${codeEnd}` : grouped(code);
    if (isOn) {
      const question = say("disableSaleSure", { code: name });
      if (!(await ask(question, say("switchOff"), { danger: true, thing: name }))) return;
    }
    await this.#actions.run("switch", () => switchCashSale(id, !isOn));
  }

  #form(sale: CashSaleDetail) {
    if (this.open === null) return nothing;
    const form = this.open === "send" ? this.#sendForm(sale) : this.#refundForm(sale);
    return keyed(this.open, form);
  }

  #done(notice: string) {
    this.open = null;
    this.#actions.notify(notice);
    void this.#sale.reload();
  }

  #sendForm({ id, phone }: CashSaleDetail) {
    const hint = phone === null ? {} : { hint: say("sendToKnown", { phone }) };
    return formCard({
      title: say("sendAgain"),
      fields: [{ name: "phone", label: say("phone"), type: "tel", required: phone === null, ...hint }],
      submitText: say("sendAgain"),
      submit: (values, key) => sendCashSaleCode(id, withoutEmpty(values), key),
      done: () => this.#done(say("sentAgain")),
      cancel: () => (this.open = null),
    });
  }

  #refundForm({ id, currency, startedAtMs }: CashSaleDetail) {
    return formCard({
      title: say("requestRefund"),
      intro: say(startedAtMs === null ? "cashSaleRefundWhy" : "cashSaleRefundUsed"),
      fields: cashRefundFields(currency, { isPhoneKnown: true }),
      submitText: say("requestRefund"),
      submit: (values, key) => requestCashRefund({ cashSaleId: id }, values, key),
      done: (refund) => this.#done(whyItWaits(refund as Refund) ?? say("refund_done")),
      cancel: () => (this.open = null),
    });
  }
}
customElements.define("cash-sale-page", CashSalePage);

/** Ten digits in groups, as people read them out. */
const grouped = (code: string): string => code.replace(/^(\d{3})(\d{3})(\d{4})$/, "$1 $2 $3");

function stateOf({ disabledAtMs, startedAtMs }: CashSaleDetail) {
  if (disabledAtMs !== null) return html`<span class="badge bad">${say("voucher_disabled")}</span>`;
  return html`<span class="badge">${say(startedAtMs === null ? "notStarted" : "voucher_used")}</span>`;
}
