import { html, nothing } from "lit";
import { type AppContext, mayAsOwn } from "../../components/app-element.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import type { Column } from "../../components/table/table-columns.ts";
import type { Voucher } from "../../data/catalogue/vouchers.ts";
import { byteSize, dateTime, money } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say, word } from "../../strings/strings.ts";
import { grouped } from "./print-sheet.ts";

const tones: Record<Voucher["state"], string> = { active: "good", used: "warn", expired: "", disabled: "bad" };

/** In words; of one that nobody has used, whether it was sold, where that is known. */
const voucherState = ({ state, isSold }: Voucher): string =>
  word("voucher", state === "active" && isSold ? "sold" : state);

/** One in use takes somebody offline: that is asked first. Resolves to whether it is meant. */
export async function mayTurn({ state, code }: Voucher): Promise<boolean> {
  if (state !== "used") return true;
  const name = grouped(code);
  return ask(say("disableSaleSure", { code: name }), say("switchOff"), { danger: true, thing: name });
}

interface VoucherActions {
  /** Switches one code off or on. */
  readonly switch: (voucher: Voucher) => void;
  /** Opens the form that refunds it. */
  readonly refund: (voucher: Voucher) => void;
}

/**
 * The columns of a list of vouchers, with the actions that the user may do. What was used of a code stands in one column, so that
 * the table has room beside another list. `ofOnePlan`: the page names the plan and the price already. `isSorted`: the list sorts by its columns.
 */
export function voucherColumns(
  app: AppContext,
  actions: VoucherActions,
  {
    ofOnePlan = false,
    isSorted = false,
    batchOf,
  }: {
    readonly ofOnePlan?: boolean;
    readonly isSorted?: boolean;
    /** Of which batch it is, in words. Absent: the page says it. */
    readonly batchOf?: (voucher: Voucher) => string;
  } = {},
): Column<Voucher>[] {
  const by = (sort: string) => (isSorted ? { sort } : {});
  const maySwitch = app.user.permissions.includes("vouchers.manage");
  const mayRefund = mayAsOwn(app, "payments.manage");
  const refunded = ({ refundedCents, priceCents }: Voucher) => {
    const text = word("state", refundedCents < priceCents ? "partly_refunded" : "refunded");
    return app.user.permissions.includes("payments.read") ? html`<a class="nowrap" href="#/refunds">${text}</a>` : text;
  };
  return [
    { label: say("code"), cell: (row) => html`<strong class="mono nowrap">${grouped(row.code)}</strong>` },
    ...(ofOnePlan ? [] : [{ label: say("plan"), cell: (row: Voucher) => planTitle(row.planName) }]),
    ...(batchOf === undefined
      ? []
      : [
          {
            label: say("batch"),
            cell: (row: Voucher) => html`<a href="#/vouchers/${encodeURIComponent(row.batchId)}">${batchOf(row)}</a>`,
          },
        ]),
    ...(isSorted && !ofOnePlan
      ? [
          {
            label: say("price"),
            ...by("price"),
            numeric: true,
            cell: (row: Voucher) => money(row.priceCents, row.currency),
          },
        ]
      : []),
    {
      label: say("state"),
      ...by("state"),
      cell: (row) =>
        html`<span class="badge ${tones[row.state]}">${voucherState(row)}</span>${
          row.isRefunded ? html` ${refunded(row)}` : nothing
        }`,
    },
    {
      label: isSorted ? say("voucherUse") : say("started"),
      ...by("ends"),
      cell: (row) => {
        if (row.redeemedAtMs === null) return say("none");
        const ends = row.endsAtMs === null ? [] : [`${say("until")} ${dateTime(row.endsAtMs, app.zone)}`];
        const used = [...ends, byteSize(row.usedBytes)].join(" · ");
        return html`${dateTime(row.redeemedAtMs, app.zone)}<br /><span class="soft">${used}</span>`;
      },
    },
    ...(maySwitch || mayRefund
      ? [
          {
            label: say("change"),
            cell: (row: Voucher) => html`<span class="row">
              ${
                maySwitch && row.state !== "expired" && !(row.state === "disabled" && row.isRefunded)
                  ? html`<button class=${row.state === "disabled" ? "quiet" : "danger"} @click=${() => actions.switch(row)}>
                      ${say(row.state === "disabled" ? "switchOn" : "switchOff")}
                    </button>`
                  : nothing
              }
              ${
                mayRefund && (row.state === "active" || row.state === "used")
                  ? html`<button class="quiet" @click=${() => actions.refund(row)}>${say("requestRefund")}</button>`
                  : nothing
              }
            </span>`,
          },
        ]
      : []),
  ];
}
