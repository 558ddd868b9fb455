import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import "../../components/table/data-table.ts";
import { property } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import {
  type OwnedVoucher,
  ownerPath,
  sendVoucher,
  type Trace,
  type TraceStep,
  tracePath,
  transferVoucher,
  type Voucher,
} from "../../data/catalogue/vouchers.ts";
import { byteSize, dateTime, money } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say, word } from "../../strings/strings.ts";
import { grouped } from "./print-sheet.ts";
import { receiverFields, receiverOf } from "./receiver-fields.ts";

/** The history of one code, in order, and a form that sends the code by SMS to a customer who has lost it. */
class VoucherTrace extends appElement({
  voucher: property<Voucher>(),
}) {
  readonly #actions = new PageActions(this);
  readonly #trace = new ReadController<Trace>(this, {
    path: () => tracePath(this.voucher.voucherId),
    topics: ["voucher", "session", "grant"],
  });

  readonly #owner = new ReadController<Pick<OwnedVoucher, "owner">>(this, {
    path: () => ownerPath(this.voucher.voucherId),
    topics: ["voucher", "customer"],
  });

  override render() {
    const caption = say("whatHappened", { code: grouped(this.voucher.code) });
    return html`<section class="panel">
      <h2 class="between">${caption}</h2>
      ${this.may("customers.read") ? this.#owner.render(({ owner }) => ownerLine(owner)) : nothing}
      ${this.#trace.render(({ items }) => this.#steps(caption, items))} ${this.#sendForm()} ${this.#transferForm()}
    </section>`;
  }

  #steps(caption: string, steps: readonly TraceStep[]) {
    const { zone } = this.app;
    return html`<div class="card">
      <data-table
        caption=${caption}
        emptyText=${say("noSuchCode")}
        .columns=${[
          { label: say("time"), cell: (row: TraceStep) => dateTime(row.atMs, zone) },
          { label: say("what"), cell: (row: TraceStep) => html`<strong>${word("trace", row.what)}</strong>` },
          { label: say("site"), cell: (row: TraceStep) => row.siteName ?? say("none") },
          {
            label: say("until"),
            cell: (row: TraceStep) => (row.untilMs === null ? say("none") : dateTime(row.untilMs, zone)),
          },
          { label: say("used"), numeric: true, cell: (row: TraceStep) => this.#amount(row) },
          { label: say("details"), cell: detailText },
        ]}
        .rows=${steps}
      ></data-table>
    </div>`;
  }

  #amount({ usedBytes, amountCents }: TraceStep) {
    if (usedBytes !== null) return byteSize(usedBytes);
    return amountCents === null ? say("none") : money(amountCents, this.voucher.currency);
  }

  #sendForm() {
    const { state, voucherId } = this.voucher;
    const isUsable = state === "active" || state === "used";
    if (!isUsable || !this.may("messages.manage")) return nothing;
    return html`<div class="below">
      ${formCard({
        fields: [{ name: "phone", label: say("phone"), type: "tel", required: true }],
        submitText: say("sendCode"),
        submit: ({ phone }, key) => sendVoucher(voucherId, String(phone), key),
        done: () => {
          this.#actions.notify(say("codeSent"));
          void this.#trace.reload();
        },
      })}
    </div>`;
  }

  #transferForm() {
    const { state, voucherId } = this.voucher;
    if ((state !== "active" && state !== "used") || !this.may("vouchers.manage")) return nothing;
    return html`<div class="below">
      ${formCard({
        title: say("transferVoucher"),
        fields: receiverFields(),
        submitText: say("transferVoucher"),
        submit: (values, key) => transferVoucher(voucherId, receiverOf(values), key),
        done: () => {
          this.#actions.notify(say("saved"));
          void this.#owner.reload();
        },
      })}
    </div>`;
  }
}
customElements.define("voucher-trace", VoucherTrace);

function ownerLine(owner: OwnedVoucher["owner"]) {
  return html`<p class="soft panel">
    ${say("owner")}:
    ${
      owner === null
        ? say("nobodysByName")
        : html`<a href="#/customers/${encodeURIComponent(owner.customerId)}">${owner.name}</a> ${owner.phoneMasked ?? ""}`
    }
  </p>`;
}

/** In the reader's words: the plan, whom a message went to and whether it arrived, what became of a refund, the device. */
function detailText({ what, detail, state, phone }: TraceStep): string {
  if (detail === null) return say("none");
  if (what === "made") return planTitle(detail);
  if (what === "sent") return `${phone} · ${word("message", state ?? "")}`;
  return what === "refund" ? word("refund", state ?? "") : detail;
}
