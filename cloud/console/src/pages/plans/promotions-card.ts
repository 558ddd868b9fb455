import { html, nothing } from "lit";
import { ask } from "../../components/overlay/ask-dialog.ts";
import "../../components/table/data-table.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { type Plan, plansToChoose } from "../../data/catalogue/plans.ts";
import {
  addPromotion,
  endPromotion,
  listPromotions,
  type Promotion,
  readFloor,
  saveFloor,
} from "../../data/catalogue/promotions.ts";
import { type Names, readNames } from "../../data/names.ts";
import { byteSize, duration, money, shortDay } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { type GiftKind, giftKinds, promotionFields, promotionOf } from "./promotion-form.ts";

interface Read {
  readonly promotions: readonly Promotion[];
  readonly floorCents: number | null;
  readonly plans: readonly Plan[];
  readonly sites: Names;
}

/** Lower prices, or more for the same price, for a while: for everybody, or for who types a code. */
class PromotionsCard extends appElement({
  currencies: property<readonly string[]>([]),
  isAdding: state(false),
  kind: state<GiftKind>("percent"),
}) {
  readonly #actions = new PageActions(this, () => this.#read.reload());
  readonly #read = new ReadController<Read>(this, {
    read: async () => {
      const [{ items: promotions }, floorCents, plans, sites] = await Promise.all([
        listPromotions(),
        readFloor(),
        plansToChoose(),
        readNames("sites", this.app.user),
      ]);
      return { promotions, floorCents, plans, sites };
    },
    topics: ["plan"],
  });

  static override styles = [sharedStyles];

  override render() {
    return this.#read.render((read) => this.#body(read));
  }

  #body({ promotions, floorCents, plans, sites }: Read) {
    const mayChange = this.may("plans.manage");
    const [currency = "KES"] = this.currencies;
    const columns = [
      {
        label: say("name"),
        cell: (row: Promotion) =>
          html`<strong>${row.name}</strong><br /><span class="soft">${row.hasCode ? html`<span class="mono">${row.code ?? "••••"}</span>` : say("forEverybody")}</span>`,
      },
      { label: say("promotionGives"), cell: (row: Promotion) => this.#gift(row) },
      { label: say("promotionWhen"), cell: (row: Promotion) => this.#when(row) },
      {
        label: say("usesMax"),
        cell: (row: Promotion) => (row.hasCode ? say("usesOf", { used: row.used, reserved: row.reserved }) : ""),
      },
    ];
    const buttons = {
      label: say("change"),
      cell: (row: Promotion) =>
        html`<button class="quiet danger" @click=${() => this.#end(row)}>${say("endPromotion")}</button>`,
    };
    return html`
      <div class="card">
        <data-table
          caption=${say("promotions")}
          emptyText=${say("noPromotions")}
          .columns=${mayChange ? [...columns, buttons] : columns}
          .rows=${promotions}
        ></data-table>
      </div>
      ${
        mayChange
          ? html`<p class="below">
              <button aria-expanded=${this.isAdding} @click=${() => (this.isAdding = !this.isAdding)}>${say("addPromotion")}</button>
            </p>`
          : nothing
      }
      ${
        this.isAdding
          ? html`<div @input=${this.#chosen}>
              ${formCard({
                fields: promotionFields(this.kind, plans, sites),
                submitText: say("addPromotion"),
                submit: (values) => addPromotion(promotionOf(values, currency, this.app.zone.utcOffsetMinutes)),
                done: () => {
                  this.isAdding = false;
                  void this.#read.reload();
                },
                cancel: () => (this.isAdding = false),
              })}
              ${formCard({
                fields: [
                  {
                    name: "floorCents",
                    label: `${say("lowestPrice")} (${currency})`,
                    type: "money",
                    min: 0,
                    value: floorCents,
                  },
                ],
                submitText: say("save"),
                submit: (values) => saveFloor(Number(values.floorCents ?? 0)),
                done: () => this.#actions.notify(say("saved")),
              })}
            </div>`
          : nothing
      }`;
  }

  #gift({ gift }: Promotion) {
    if (gift.kind === "percent") return `${gift.permille / 10} %`;
    if (gift.kind === "amount") return `− ${money(gift.amountCents, gift.currency)}`;
    const more = [
      ...(gift.seconds > 0 ? [duration(gift.seconds)] : []),
      ...(gift.dataBytes > 0 ? [byteSize(gift.dataBytes)] : []),
    ];
    return `+ ${more.join(", ")}`;
  }

  #when({ fromMs, untilMs, hours }: Promotion) {
    const { zone } = this.app;
    const span = [fromMs === null ? "" : shortDay(fromMs, zone), untilMs === null ? "" : shortDay(untilMs - 1, zone)];
    const clock = (minute: number) =>
      `${String(Math.floor(minute / 60) % 24).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
    const at = hours.map(({ fromMinute, toMinute }) => `${clock(fromMinute)}–${clock(toMinute)}`);
    const days = span.every((one) => one === "") ? "" : span.join(" – ");
    return [days, ...at].filter((one) => one !== "").join(", ") || say("everyDay");
  }

  #chosen(event: Event): void {
    const field = event.composedPath()[0];
    if (field instanceof HTMLSelectElement && field.name === "kind")
      this.kind = giftKinds.find((kind) => kind === field.value) ?? "percent";
  }

  async #end({ promotionId, name }: Promotion) {
    if (await ask(say("endPromotionSure", { name }), say("endPromotion"), { danger: true, thing: name }))
      await this.#actions.run(`end/${promotionId}`, () => endPromotion(promotionId));
  }
}
customElements.define("promotions-card", PromotionsCard);
