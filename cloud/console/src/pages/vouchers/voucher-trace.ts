import { html, nothing } from "lit";
import type { Values } from "../../components/action-form.ts";
import { elementWith, property } from "../../components/element-with.ts";
import { Deeds } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { sendVoucher, type Trace, type TraceStep, tracePath, type Voucher } from "../../data/catalogue/vouchers.ts";
import type { Desk } from "../../desk.ts";
import { byteSize, dateTime, money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { grouped } from "./print-sheet.ts";
import "../../components/action-form.ts";
import "../../components/data-table.ts";

/** What happened to one code, in order; and the code once more by SMS to who lost it. */
class VoucherTrace extends elementWith({
  desk: property<Desk>(),
  voucher: property<Voucher>(),
}) {
  readonly #deeds = new Deeds(this);
  readonly #trace = new ReadController<Trace>(this, {
    path: () => tracePath(this.voucher.voucherId),
    topics: ["voucher", "session", "grant"],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const caption = say("whatHappened", { code: grouped(this.voucher.code) });
    const { zone } = this.desk;
    return html`<section class="panel">
      <h2 class="between">${caption}</h2>
      ${this.#deeds.notice()}
      ${this.#trace.render(
        ({ items }) => html`<div class="card">
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
              { label: say("details"), cell: (row: TraceStep) => row.detail ?? say("none") },
            ]}
            .rows=${items}
          ></data-table>
        </div>`,
      )}
      ${this.#sendForm()}
    </section>`;
  }

  #amount({ usedBytes, amountCents }: TraceStep) {
    if (usedBytes !== null) return byteSize(usedBytes);
    return amountCents === null ? say("none") : money(amountCents, this.voucher.currency);
  }

  #sendForm() {
    const { state } = this.voucher;
    const isUsable = state === "active" || state === "used";
    if (!isUsable || !this.desk.user.permissions.includes("messages.manage")) return nothing;
    return html`<div class="card pad below">
      <action-form
        .fields=${[{ name: "phone", label: say("phone"), type: "tel", required: true }]}
        submitText=${say("sendCode")}
        .submit=${({ phone }: Values, key: string) => sendVoucher(this.voucher.voucherId, String(phone), key)}
        @done=${() => {
          this.#deeds.tell(say("codeSent"));
          void this.#trace.reload();
        }}
      ></action-form>
    </div>`;
  }
}
customElements.define("voucher-trace", VoucherTrace);
