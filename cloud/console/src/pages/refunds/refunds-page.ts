import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { ask } from "../../components/ask-dialog.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { Deeds } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { approveRefund, listRefunds, type Refund, refuseRefund } from "../../data/money.ts";
import { readNames } from "../../data/names.ts";
import type { Desk } from "../../desk.ts";
import { dateTime, money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { type Settlement, settlementsOf } from "./refund-resolution.ts";

const tones: Record<Refund["state"], string> = {
  asked: "warn",
  approved: "warn",
  sending: "warn",
  sent: "warn",
  unknown: "warn",
  done: "good",
  failed: "bad",
  refused: "bad",
};

/** Money given back: who asked, who approved, what became of it. */
class RefundsPage extends elementWith({
  desk: property<Desk>(),
  names: state<ReadonlyMap<string, string>>(new Map()),
  /** The one that is being settled, and how. */
  open: state<{ readonly refund: Refund; readonly settlement: Settlement } | null>(null),
}) {
  readonly #deeds = new Deeds(this);
  readonly #refunds = new ListController<Refund>(this, {
    read: async (cursor) => {
      this.names = await readNames("people", this.desk.user);
      return listRefunds(cursor);
    },
    topics: ["payment"],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const who = (userId: string | null) => (userId === null ? say("none") : (this.names.get(userId) ?? say("aPerson")));
    const by = (label: "approvedBy" | "refusedBy" | "settledBy", userId: string | null) =>
      userId === null ? nothing : html`<br /><span class="soft">${say(label)}: ${who(userId)}</span>`;
    return html`<div class="head"><h1>${say("refunds")}</h1></div>
      <p class="soft panel">${say("refundsWhy")}</p>
      ${this.#deeds.notice()} ${this.#settlement()}
      ${listCard(this.#refunds, {
        caption: say("refunds"),
        emptyText: say("noRefunds"),
        columns: [
          { label: say("time"), cell: (row) => dateTime(row.createdAtMs, this.desk.zone) },
          {
            label: say("givenBackFor"),
            cell: (row) => {
              if (row.voucherId !== null)
                return html`<a href="#/vouchers/${batchOf(row.voucherId)}">${say("voucher")}</a>`;
              const shown = row.receipt === null ? say("payment") : html`<span class="mono">${row.receipt}</span>`;
              return row.paymentId === null ? shown : html`<a href="#/payments/${row.paymentId}">${shown}</a>`;
            },
          },
          { label: say("refundMethod"), cell: (row) => word("method", row.method) },
          { label: say("why"), cell: (row) => row.reason },
          {
            label: say("state"),
            cell: (row) =>
              html`<span class="badge ${row.resolution === null ? tones[row.state] : ""}">${word("refund", row.state)}</span>
                ${row.resolution === null ? nothing : html`<span class="badge">${word("resolution", row.resolution)}</span>`}
                ${[row.problem, row.note].map((text) => (text === null ? nothing : html`<br /><span class="soft">${text}</span>`))}`,
          },
          {
            label: say("askedBy"),
            cell: (row) =>
              html`${who(row.askedBy)}${by("approvedBy", row.approvedBy)}${by("refusedBy", row.refusedBy)}${by("settledBy", row.resolvedBy)}`,
          },
          { label: say("amount"), numeric: true, lead: true, cell: (row) => money(row.amountCents, row.currency) },
          ...(this.desk.user.permissions.includes("payments.manage")
            ? [{ label: say("change"), cell: (row: Refund) => this.#decide(row) }]
            : []),
        ],
      })}`;
  }

  /** Another person says yes or no; who asked may take it back. */
  #decide(row: Refund) {
    if (row.state !== "asked") return this.#settlements(row);
    const isMine = row.askedBy === this.desk.user.userId;
    const approve = async () => {
      if (!(await ask(say("approveSure", { amount: money(row.amountCents, row.currency) }), say("approve")))) return;
      await this.#deeds.run(
        `approve/${row.id}`,
        (key) => approveRefund(row.id, key),
        () => say("refundApproved"),
      );
      await this.#refunds.reload();
    };
    const refuse = async () => {
      const amount = money(row.amountCents, row.currency);
      if (!(await ask(say(isMine ? "takeBackSure" : "refuseSure", { amount }), say(isMine ? "takeBack" : "refuse"))))
        return;
      await this.#deeds.run(
        `refuse/${row.id}`,
        (key) => refuseRefund(row.id, key),
        () => say("refund_refused"),
      );
      await this.#refunds.reload();
    };
    if (isMine) {
      return html`<span class="soft">${say("refundWaits")}</span>
        <button class="quiet" @click=${refuse}>${say("takeBack")}</button>`;
    }
    return html`<span class="row">
      <button @click=${approve}>${say("approve")}</button>
      <button class="quiet danger" @click=${refuse}>${say("refuse")}</button>
    </span>`;
  }

  #settlements(row: Refund) {
    const ways = settlementsOf(row);
    if (ways.length === 0) return nothing;
    return html`<span class="row">
      ${ways.map(
        (settlement) =>
          html`<button class=${settlement === "retry" ? "" : "quiet"} @click=${() => (this.open = { refund: row, settlement })}>
            ${say(`settle_${settlement.replace("-", "_")}` as "settle_paid")}
          </button>`,
      )}
    </span>`;
  }

  #settlement() {
    if (this.open === null) return nothing;
    const close = () => {
      this.open = null;
    };
    return keyed(
      this.open,
      html`<refund-settlement
        .refund=${this.open.refund}
        .settlement=${this.open.settlement}
        @cancel=${close}
        @done=${async (event: CustomEvent<Refund>) => {
          close();
          this.#deeds.tell(say(event.detail.state === "asked" ? "refundAsked" : "saved"));
          await this.#refunds.reload();
        }}
      ></refund-settlement>`,
    );
  }
}

/** A voucher's id is its batch's, a dot, and its serial. */
function batchOf(voucherId: string): string {
  return encodeURIComponent(voucherId.slice(0, voucherId.lastIndexOf(".")));
}

customElements.define("refunds-page", RefundsPage);
