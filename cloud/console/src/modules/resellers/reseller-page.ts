import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Field, Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { editCard, formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import { type Batch, batchesToChoose } from "../../data/catalogue/vouchers.ts";
import { currencyName, dateTime, money } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say } from "../../strings/strings.ts";
import { resellerFields } from "./reseller-fields.ts";
import {
  changeReseller,
  type HandOver,
  handOver,
  listHandOvers,
  moveCash,
  type Reseller,
  resellerPath,
  settleHandOver,
} from "./resellers.ts";

type Open =
  | { readonly kind: "hand-over"; readonly batches: readonly Batch[] }
  | { readonly kind: "hand-in" | "pay-out" }
  | { readonly kind: "return" | "declare-sold"; readonly row: HandOver };

/** One reseller: what is with them, what they owe, and what was handed over. */
class ResellerPage extends appElement({
  resellerId: property(""),
  open: state<Open | null>(null),
}) {
  readonly #reseller = new ReadController<Reseller>(this, {
    path: () => resellerPath(this.resellerId),
    topics: ["voucher"],
  });
  readonly #handOvers = new ListController<HandOver>(this, {
    read: () => listHandOvers(this.resellerId),
    topics: ["voucher"],
    isOfThing: true,
  });
  readonly #actions = new PageActions(this, () => this.#reload());

  #reload() {
    return Promise.all([this.#reseller.reload(), this.#handOvers.reload()]);
  }

  override render() {
    return html`<div class="head"><h1>${this.#reseller.value?.name ?? say("reseller")}</h1></div>
      ${this.#reseller.render((reseller) => this.#body(reseller))}`;
  }

  #body(reseller: Reseller) {
    const mayChange = this.may("payments.manage");
    return html`<section class="card pad panel">
        ${facts([
          [say("phone"), reseller.phone],
          [say("resellerCommission"), `${reseller.commissionPermille / 10} %`],
          reseller.creditLimitCents === null
            ? null
            : [say("resellerLimit"), money(reseller.creditLimitCents, this.app.currency)],
          ...reseller.standings.map(
            (one) =>
              [
                one.balanceCents > 0 ? say("paidAhead") : say("resellerOwes"),
                html`<a href="#/ledger/${encodeURIComponent(`float:${reseller.resellerId}@${one.currency}`)}"
              >${money(Math.abs(one.balanceCents), one.currency)}</a
            >`,
              ] as const,
          ),
          ...reseller.standings.map(
            (one) => [say("withReseller"), `${one.out} (${money(one.outCents, one.currency)})`] as const,
          ),
        ])}
        ${mayChange ? this.#buttons(reseller) : nothing}
      </section>
      ${editCard(this.#reseller, {
        fields: (one) => resellerFields(one, this.app.currency),
        submit: (values, etag) => changeReseller(this.resellerId, values, etag),
        done: () => {
          this.#reseller.endEdit();
          void this.#reload();
        },
      })}
      ${this.#form()}
      ${listCard(this.#handOvers, {
        title: say("handOvers"),
        emptyText: say("noHandOvers"),
        columns: [
          { label: say("plan"), cell: (row) => html`<strong>${planTitle(row.planName)}</strong>` },
          { label: say("time"), cell: (row) => dateTime(row.handedAtMs, this.app.zone) },
          { label: say("codesOfFile"), cell: (row) => `${row.firstNumber}–${row.lastNumber}` },
          { label: say("withReseller"), numeric: true, cell: (row) => row.out },
          { label: say("sold"), numeric: true, cell: (row) => row.sold },
          { label: say("returnedCodes"), numeric: true, cell: (row) => row.returned },
          { label: say("price"), numeric: true, lead: true, cell: (row) => money(row.priceCents, row.currency) },
        ],
        buttons:
          mayChange &&
          ((row) =>
            row.out === 0
              ? nothing
              : html`<span class="row">
                  <button @click=${() => (this.open = { kind: "return", row })}>${say("takeBack")}</button>
                  <button class="quiet" @click=${() => (this.open = { kind: "declare-sold", row })}>${say("declareSold")}</button>
                </span>`),
      })}`;
  }

  #buttons({ standings }: Reseller) {
    const isAhead = standings.some((one) => one.balanceCents > 0);
    return html`<p class="row below">
      <button class="primary" @click=${this.#openHandOver}>${say("handVouchersOver")}</button>
      <button @click=${() => (this.open = { kind: "hand-in" })}>${say("handIn")}</button>
      ${isAhead ? html`<button class="quiet" @click=${() => (this.open = { kind: "pay-out" })}>${say("payBack")}</button>` : nothing}
      <button class="quiet" @click=${() => this.#reseller.toggleEdit()}>${say("edit")}</button>
    </p>`;
  }

  #openHandOver() {
    return this.#actions.run("batches", batchesToChoose, (batches) => {
      this.open = { kind: "hand-over", batches };
      return "";
    });
  }

  #form() {
    const { open } = this;
    if (open === null) return nothing;
    const shared = {
      done: () => {
        this.open = null;
        this.#actions.notify(say("saved"));
        void this.#reload();
      },
      cancel: () => (this.open = null),
    };
    return keyed(open, formCard({ ...this.#formOf(open), ...shared }));
  }

  #formOf(open: Open) {
    const { currency } = this.app;
    switch (open.kind) {
      case "hand-over":
        return {
          title: say("handVouchersOver"),
          fields: handOverFields(open.batches),
          submitText: say("handVouchersOver"),
          submit: (values: Values, key: string) =>
            handOver(
              this.resellerId,
              {
                batchId: values.batchId,
                codes: Number(values.codes),
                ...(values.fromNumber == null ? {} : { fromNumber: Number(values.fromNumber) }),
              },
              key,
            ),
        };
      case "hand-in":
      case "pay-out":
        return {
          title: say(open.kind === "hand-in" ? "handIn" : "payBack"),
          fields: [
            {
              name: "amount",
              label: `${say("amount")} (${currencyName(currency)})`,
              type: "money",
              required: true,
              min: 0,
            },
          ] satisfies Field[],
          submitText: say(open.kind === "hand-in" ? "handIn" : "payBack"),
          submit: (values: Values, key: string) =>
            moveCash(this.resellerId, open.kind, { amountCents: Number(values.amount), currency }, key),
        };
      default:
        return {
          title: say(open.kind === "return" ? "takeBack" : "declareSold"),
          fields: [
            {
              name: "codes",
              label: say("theseCodes"),
              type: "textarea",
              hint: say("theseCodesHint", { out: open.row.out }),
            },
            ...(open.kind === "return"
              ? [
                  {
                    name: "disable",
                    label: say("returnDisables"),
                    type: "checkbox",
                    value: true,
                    hint: say("returnDisablesHint"),
                  } as const,
                ]
              : []),
          ] satisfies Field[],
          submitText: say(open.kind === "return" ? "takeBack" : "declareSold"),
          submit: (values: Record<string, unknown>) =>
            settleHandOver(this.resellerId, open.kind, {
              handOverId: open.row.handOverId,
              codes: codesIn(values.codes),
              ...(open.kind === "return" ? { disable: values.disable === true } : {}),
            }),
        };
    }
  }
}
customElements.define("reseller-page", ResellerPage);

function handOverFields(batches: readonly Batch[]): Field[] {
  return [
    {
      name: "batchId",
      label: say("batch"),
      type: "select",
      options: batches.map((batch) => ({
        value: batch.batchId,
        label: `${planTitle(batch.planName)} · ${money(batch.priceCents, batch.currency)} · ${batch.codes}`,
      })),
    },
    { name: "codes", label: say("howMany"), type: "number", required: true, value: 50, min: 1, max: 5000 },
    {
      name: "fromNumber",
      label: say("fromNumber"),
      type: "number",
      min: 1,
      hint: say("fromNumberHint"),
      group: "more",
    },
  ];
}

/** One code a line, or with commas; null: all that are out. */
function codesIn(text: unknown): string[] | null {
  const codes = String(text ?? "")
    .split(/[\n,;]+/)
    .map((code) => code.trim())
    .filter((code) => code !== "");
  return codes.length === 0 ? null : codes;
}
