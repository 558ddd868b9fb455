import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { appElement } from "../../components/app-element.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import { state } from "../../components/element-with.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { rawText } from "../../components/raw-text.ts";
import { ReadController } from "../../components/read-controller.ts";
import "../../components/table/export-button.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { siteFilter, stateFilter } from "../../components/table/list-filters.ts";
import { listPage } from "../../components/table/list-page.ts";
import { approveRefund, listRefunds, type Refund, refundsExport, refuseRefund } from "../../data/money/refunds.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { dateTime, money, today } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "./refund-resolution.ts";
import { type Resolution, resolutionsOf, resolutionText } from "./resolutions.ts";
import { decidedText, namesOf, whenItGoesOn, whyItWaits } from "./silent-sites.ts";

const refundMethods = ["reversal", "payout", "credit", "cash", "channel"] as const;

const tones: Record<Refund["state"], string> = {
  asked: "warn",
  approved: "warn",
  sending: "warn",
  sent: "warn",
  unknown: "warn",
  done: "good",
  failed: "bad",
  returned: "bad",
  refused: "bad",
};

/** Refunds: who requested each one, who approved it, what became of it. */
class RefundsPage extends appElement({
  names: state<Names>(noNames),
  /** The refund that the open form resolves, and how. */
  open: state<{ readonly refund: Refund; readonly resolution: Resolution } | null>(null),
}) {
  readonly #sites = new ReadController<Names>(this, { read: () => readNames("sites", this.app.user) });
  readonly #refunds = new ListController<Refund, "state" | "method" | "siteId" | "from" | "to">(this, {
    read: async (query) => {
      this.names = await readNames("staff", this.app.user);
      return listRefunds(query, this.#filters());
    },
    topics: ["payment"],
    filters: ["state", "method", "siteId", "from", "to"],
    isCounted: true,
  });
  readonly #actions = new PageActions(this, () => this.#refunds.reload());

  #filters(): Parameters<typeof refundsExport>[0] {
    const { from, to, ...filters } = this.#refunds.filters;
    return { ...filters, ...momentsOf({ from, to }, this.app.zone.utcOffsetMinutes) };
  }

  override render() {
    return listPage(this.#refunds, {
      title: say("refunds"),
      intro: say("refundsWhy"),
      emptyText: say("noRefunds"),
      above: html`${this.#resolutionForm()}`,
      name: "refunds",
      rowKey: (row) => row.id,
      sums: [
        ["amountCents", "refund_done"],
        ["pendingCents", "sumUndecided"],
      ],
      beside: html`<export-button
        path=${refundsExport(this.#filters())}
        file="refunds-${today(this.app.zone)}.csv"
        hasXlsx
      ></export-button>`,
      narrow: [
        stateFilter("refund", Object.keys(tones)),
        {
          name: "method",
          label: say("refundMethod"),
          options: [
            { value: "", label: say("allMethods") },
            ...refundMethods.map((value) => ({ value, label: word("method", value) })),
          ],
        },
        siteFilter(this.#sites.value),
        { days: this.app.zone },
      ],
      columns: [
        { label: say("time"), cell: (row) => dateTime(row.createdAtMs, this.app.zone) },
        {
          label: say("refundFor"),
          cell: (row) => html`${refundedThing(row)}<br /><span class="soft">${word("method", row.method)}</span>`,
        },
        { label: say("why"), cell: (row) => row.reason },
        { label: say("state"), cell: (row) => html`${refundState(row)}${this.#silent(row)}` },
        { label: say("requestedBy"), cell: (row) => this.#who(row) },
        { label: say("amount"), numeric: true, lead: true, cell: (row) => money(row.amountCents, row.currency) },
      ],
      buttons: this.may("payments.manage") && ((row) => this.#buttons(row)),
    });
  }

  /** Which sites might still tell that it was used, or were silent when a person decided all the same. */
  #silent({ silentSites, goesOnWhenHeard, state }: Refund) {
    if (silentSites.length === 0) return nothing;
    const names = say("refundSilentSites", { sites: namesOf(silentSites, this.app.zone) });
    const goesOn =
      state === "asked" && goesOnWhenHeard
        ? html`<br /><span class="soft">${whenItGoesOn({ silentSites }, this.app.zone)}</span>`
        : nothing;
    return html`<br /><span class="soft">${names}</span>${goesOn}`;
  }

  #who({ askedBy, approvedBy, refusedBy, resolvedBy }: Refund) {
    const name = (userId: string) => this.names.get(userId) ?? say("unnamedUser");
    const by = (label: "approvedBy" | "refusedBy" | "resolvedBy", userId: string | null) =>
      userId === null ? nothing : html`<br /><span class="soft">${say(label)}: ${name(userId)}</span>`;
    return html`${askedBy === null ? say("none") : name(askedBy)}${by("approvedBy", approvedBy)}${by("refusedBy", refusedBy)}${by("resolvedBy", resolvedBy)}`;
  }

  /** Another user approves or refuses a request. The user who made it may withdraw it. */
  #buttons(row: Refund) {
    if (row.state !== "asked") return this.#resolutionButtons(row);
    if (row.askedBy === this.app.user.userId)
      return html`${row.goesOnWhenHeard ? nothing : html`<span class="soft">${say("refundWaits")}</span>`}
        <button class="quiet danger" @click=${() => this.#refuse(row, "withdrawRefundSure", "withdraw")}>${say("withdraw")}</button>`;
    return html`<span class="row">
      ${this.mayAsOwn("payments.manage") ? html`<button @click=${() => this.#approve(row)}>${say("approve")}</button>` : nothing}
      <button class="quiet danger" @click=${() => this.#refuse(row, "refuseSure", "refuse")}>${say("refuse")}</button>
    </span>`;
  }

  async #approve(row: Refund) {
    const amount = money(row.amountCents, row.currency);
    const risk = say("refundRisk", { sites: namesOf(row.silentSites), amount });
    const question = say("approveSure", { amount });
    if (!(await ask(row.silentSites.length === 0 ? question : `${risk} ${question}`, say("approve")))) return;
    const outcome = (decided: Refund) => decidedText(decided);
    await this.#actions.run(`approve/${row.id}`, (key) => approveRefund(row.id, key), outcome);
  }

  async #refuse(row: Refund, question: "refuseSure" | "withdrawRefundSure", yes: "refuse" | "withdraw") {
    const amount = money(row.amountCents, row.currency);
    if (!(await ask(say(question, { amount }), say(yes), { danger: true, thing: amount }))) return;
    const outcome = () => say("refund_refused");
    await this.#actions.run(`refuse/${row.id}`, (key) => refuseRefund(row.id, key), outcome);
  }

  #resolutionButtons(row: Refund) {
    const resolutions = resolutionsOf(row).filter((one) => one !== "retry" || this.mayAsOwn("payments.manage"));
    if (resolutions.length === 0) return nothing;
    return html`<span class="row">
      ${resolutions.map(
        (resolution) =>
          html`<button class=${resolution === "retry" ? "" : "quiet"} @click=${() => (this.open = { refund: row, resolution })}>
            ${resolutionText(resolution)}
          </button>`,
      )}
    </span>`;
  }

  #resolutionForm() {
    if (this.open === null) return nothing;
    const close = () => {
      this.open = null;
    };
    return keyed(
      this.open,
      html`<refund-resolution
        .app=${this.app}
        .refund=${this.open.refund}
        .resolution=${this.open.resolution}
        @cancel=${close}
        @done=${async (event: CustomEvent<Refund>) => {
          close();
          this.#actions.notify(whyItWaits(event.detail) ?? say("saved"));
          await this.#refunds.reload();
        }}
      ></refund-resolution>`,
    );
  }
}
customElements.define("refunds-page", RefundsPage);

function refundedThing({ voucherId, paymentId, cashSaleId, receipt }: Refund) {
  if (cashSaleId !== null) return html`<a href="#/cash-sales/${encodeURIComponent(cashSaleId)}">${say("cashSale")}</a>`;
  if (voucherId !== null) return html`<a href="#/vouchers/${batchOf(voucherId)}">${say("voucher")}</a>`;
  const text = receipt === null ? say("payment") : html`<span class="mono">${receipt}</span>`;
  return paymentId === null ? text : html`<a href="#/payments/${paymentId}">${text}</a>`;
}

/** A voucher's id is its batch's id, a dot, and its serial number. */
function batchOf(voucherId: string): string {
  return encodeURIComponent(voucherId.slice(0, voucherId.lastIndexOf(".")));
}

function refundState({ state, resolution, problem, note }: Refund) {
  return html`<span class="badge ${resolution === null ? tones[state] : ""}">${word("refund", state)}</span>
    ${resolution === null ? nothing : html`<span class="badge">${word("resolution", resolution)}</span>`}
    ${note === null ? nothing : html`<br /><span class="soft">${note}</span>`}${rawText(problem)}`;
}
