import { displayName } from "@karibu/protocol/plan-name";
import { html, nothing } from "lit";
import type { Column } from "../../components/data-table.ts";
import type { Voucher } from "../../data/catalogue/vouchers.ts";
import type { Desk } from "../../desk.ts";
import { byteSize, dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { grouped } from "./print-sheet.ts";

const tones: Record<Voucher["state"], string> = { active: "good", used: "warn", expired: "", disabled: "bad" };

interface VoucherDeeds {
  /** One code is switched off or on. */
  readonly switch: (voucher: Voucher) => void;
  /** Its price is given back. */
  readonly refund: (voucher: Voucher) => void;
}

/** Columns of lists of vouchers, with the deeds that this person may do. */
export function voucherColumns(desk: Desk, deeds: VoucherDeeds): Column<Voucher>[] {
  const maySwitch = desk.user.permissions.includes("vouchers.manage");
  const mayRefund = desk.user.permissions.includes("payments.manage");
  return [
    { label: say("code"), cell: (row) => html`<strong class="mono nowrap">${grouped(row.code)}</strong>` },
    { label: say("plan"), cell: (row) => displayName(row.planName) },
    {
      label: say("state"),
      cell: (row) => html`<span class="badge ${tones[row.state]}">${word("voucher", row.state)}</span>`,
    },
    {
      label: say("started"),
      cell: (row) => (row.redeemedAtMs === null ? say("none") : dateTime(row.redeemedAtMs, desk.zone)),
    },
    { label: say("ends"), cell: (row) => (row.endsAtMs === null ? say("none") : dateTime(row.endsAtMs, desk.zone)) },
    { label: say("used"), numeric: true, cell: (row) => byteSize(row.usedBytes) },
    ...(maySwitch || mayRefund
      ? [
          {
            label: say("change"),
            cell: (row: Voucher) => html`<span class="row">
              ${
                maySwitch && (row.state === "active" || row.state === "disabled")
                  ? html`<button class="quiet" @click=${() => deeds.switch(row)}>
                      ${say(row.state === "active" ? "switchOff" : "switchOn")}
                    </button>`
                  : nothing
              }
              ${
                mayRefund && (row.state === "active" || row.state === "used")
                  ? html`<button class="quiet" @click=${() => deeds.refund(row)}>${say("askRefund")}</button>`
                  : nothing
              }
            </span>`,
          },
        ]
      : []),
  ];
}
