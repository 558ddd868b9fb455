import { html, nothing } from "lit";
import type { Field, Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { optionsOf } from "../../components/fields/options-of.ts";
import "../../components/table/export-button.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { siteFilter, stateFilter } from "../../components/table/list-filters.ts";
import { listPage } from "../../components/table/list-page.ts";
import { type Plan, plansToChoose } from "../../data/catalogue/plans.ts";
import {
  type Batch,
  listAllBatches,
  listVouchers,
  makeVoucher,
  type OwnedVoucher,
  switchVoucher,
  type Voucher,
  type VoucherOrder,
  vouchersExport,
} from "../../data/catalogue/vouchers.ts";
import { type Names, readNames } from "../../data/names.ts";
import { dateTime, today } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say } from "../../strings/strings.ts";
import { BulkChanges } from "./bulk-change.ts";
import { grouped } from "./print-sheet.ts";
import { receiverFields } from "./receiver-fields.ts";
import { mayTurn, voucherColumns } from "./voucher-columns.ts";
import { voucherRefund } from "./voucher-refund.ts";

const states = ["active", "used", "expired", "disabled"] as const;

/** The vouchers of all batches: found by a part of a code, narrowed and sorted; and one made for a customer. */
class AllVouchers extends appElement({
  /** The voucher that the open form refunds. */
  refunding: state<Voucher | null>(null),
}) {
  readonly #vouchers = new ListController<Voucher, "state" | "siteId" | "batchId">(this, {
    read: (query, filters) => listVouchers(query, filters),
    topics: ["voucher", "session", "grant"],
    filters: ["state", "siteId", "batchId"],
    isCounted: true,
  });
  readonly #sites = new ReadController<Names>(this, { read: () => readNames("sites", this.app.user) });
  readonly #batches = new ReadController<readonly Batch[]>(this, {
    read: () => listAllBatches(),
    topics: ["voucher"],
  });
  readonly #plans = new ReadController<readonly Plan[]>(this, { read: () => plansToChoose() });
  readonly #actions = new PageActions(this, () => this.#vouchers.reload());
  readonly #bulk = new BulkChanges(this, this.#actions, () => this.#vouchers.reload());

  override render() {
    const mayChange = this.may("vouchers.manage");
    return listPage(this.#vouchers, {
      title: say("allVouchers"),
      name: "vouchers",
      emptyText: say("noCodesYet"),
      search: say("searchVoucher"),
      narrow: [stateFilter("voucher", states), siteFilter(this.#sites.value), this.#batchFilter()],
      filters: html`<export-button
        path=${vouchersExport(this.#vouchers.filters)}
        file="vouchers-${today(this.app.zone)}.csv"
        hasXlsx
      ></export-button>`,
      above: html`${this.refunding === null ? nothing : this.#refundForm(this.refunding)} ${this.#bulk.progress()}`,
      add: mayChange && this.may("vouchers.codes") && { text: say("voucherForCustomer"), form: () => this.#form() },
      bulk: mayChange && this.#bulk.actions(),
      rowKey: (row) => row.voucherId,
      rowName: (row) => grouped(row.code),
      rowHref: (row) =>
        row.code.startsWith("…") ? `#/vouchers/${row.batchId}` : `#/vouchers?code=${encodeURIComponent(row.code)}`,
      columns: voucherColumns(
        this.app,
        { switch: (row) => void this.#switch(row), refund: (row) => (this.refunding = row) },
        { isSorted: true, batchOf: (row) => this.#batchOf(row) },
      ),
    });
  }

  /** When it was made, and for which site: many are of one plan. */
  #batchOf({ batchId }: Voucher): string {
    const batch = (this.#batches.value ?? []).find((one) => one.batchId === batchId);
    if (batch === undefined) return say("batch");
    const site = this.#sites.value?.get(batch.siteId ?? "");
    return [dateTime(batch.createdAtMs, this.app.zone), ...(site === undefined ? [] : [site])].join(" · ");
  }

  #batchFilter() {
    const made = (this.#batches.value ?? []).map(({ batchId, planName, createdAtMs, siteId }) => {
      const site = this.#sites.value?.get(siteId ?? "");
      const facts = [planTitle(planName), dateTime(createdAtMs, this.app.zone), ...(site === undefined ? [] : [site])];
      return { value: batchId, label: facts.join(" · ") };
    });
    return {
      name: "batchId" as const,
      label: say("batch"),
      options: [{ value: "", label: say("allBatches") }, ...made],
    };
  }

  /** One voucher for a customer by name and phone. */
  #form() {
    const plans = (this.#plans.value ?? []).map(({ planId, name }) => ({ value: planId, label: planTitle(name) }));
    const fields: Field[] = [
      { name: "planId", label: say("plan"), type: "select", options: plans },
      { name: "siteId", label: say("site"), type: "select", options: optionsOf(this.#sites.value ?? new Map()) },
      ...receiverFields(),
      { name: "autoActivate", label: say("autoActivate"), type: "checkbox", hint: say("autoActivateHint") },
    ];
    return formCard({
      fields,
      submitText: say("voucherForCustomer"),
      submit: (values, key) => makeVoucher(orderOf(values), key),
      done: ({ voucher }: OwnedVoucher) => {
        this.#vouchers.toggleAdding();
        this.#actions.notify(say("voucherGiven", { code: grouped(voucher.code) }));
        void this.#vouchers.reload();
      },
    });
  }

  #refundForm(voucher: Voucher) {
    return voucherRefund(this.app, voucher, {
      done: (notice) => {
        this.refunding = null;
        this.#actions.notify(notice);
        void this.#vouchers.reload();
      },
      cancel: () => (this.refunding = null),
    });
  }

  async #switch(row: Voucher) {
    if (await mayTurn(row))
      await this.#actions.run(`switch/${row.voucherId}`, () => switchVoucher(row.voucherId, row.state === "disabled"));
  }
}
customElements.define("all-vouchers", AllVouchers);

function orderOf({ planId, siteId, name, phone, sendSms, autoActivate }: Values): VoucherOrder {
  return {
    planId: String(planId),
    siteId: siteId === null ? null : String(siteId),
    name: String(name),
    phone: String(phone),
    sendSms: sendSms === true,
    autoActivate: autoActivate === true,
  };
}
