import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import type { Fields } from "../../components/fields/values-of.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { moveItem, readStores, type StockStore, stockItemPath, type WholeStockItem } from "./stock.ts";
import { placeOptions, placeText } from "./stock-words.ts";

/** One thing: where it is, where it was, and where it goes. */
class StockItemPage extends appElement({
  itemId: property(""),
  isMoving: state(false),
  stores: state<readonly StockStore[]>([]),
  staff: state<Names>(noNames),
}) {
  readonly #item = new ReadController<WholeStockItem>(this, { path: () => stockItemPath(this.itemId) });
  readonly #actions = new PageActions(this, () => this.#item.reload());

  override render() {
    return html`<div class="head">
        <h1>${this.#item.value === null ? say("thing") : `${this.#item.value.kindName} ${this.#item.value.serial}`}</h1>
      </div>
      ${this.#item.render((item) => this.#body(item))}`;
  }

  #body(item: WholeStockItem) {
    const { zone } = this.app;
    return html`<section class="card pad panel">
        ${facts([
          [say("serialNumber"), html`<span class="mono">${item.serial}</span>`],
          [say("state"), word("holding", item.holding)],
          [
            say("stockPlace"),
            item.customerId === null
              ? placeText(item.place, item.placeName, this.app)
              : html`<a href="#/customers/${item.customerId}">${item.placeName ?? say("customer")}</a>`,
          ],
          item.askedBackMs === null ? null : [say("askedBack"), dateTime(item.askedBackMs, zone)],
        ])}
        ${
          this.may("stock.manage") || this.may("installations.work")
            ? html`<p class="row below">
                <button class="primary" aria-expanded=${this.isMoving} @click=${() => this.#open()}>${say("moveStock")}</button>
              </p>`
            : nothing
        }
      </section>
      ${this.isMoving ? this.#form(item) : nothing}
      <h2 class="between">${say("stockMovements")}</h2>
      <section class="card pad panel">
        <dl class="facts">
          ${item.movements.map(
            (one) => html`<dt>${dateTime(one.atMs, zone)}</dt>
              <dd>
                ${word("moved", one.why)}: ${placeText(one.from, one.fromName, this.app)} → ${placeText(one.to, one.toName, this.app)}<br />
                <span class="soft">${one.who}${one.note === null ? nothing : ` · ${one.note}`}</span>
              </dd>`,
          )}
        </dl>
      </section>`;
  }

  async #open() {
    if (!this.isMoving)
      [this.stores, this.staff] = await Promise.all([readStores(), readNames("staff", this.app.user)]);
    this.isMoving = !this.isMoving;
  }

  #form(item: WholeStockItem) {
    const gone = this.may("stock.manage")
      ? (["sold", "lost"] as const).map((value) => ({ value, label: say(`place_${value}`) }))
      : [];
    const fields = [
      {
        name: "to",
        label: say("moveTo"),
        type: "select",
        required: true,
        options: [...placeOptions(this.stores, this.staff, this.app), ...gone].filter(
          ({ value }) => value !== item.place,
        ),
      },
      { name: "note", label: say("note") },
    ] as const satisfies Fields;
    return formCard({
      title: say("moveStock"),
      fields,
      submitText: say("moveStock"),
      submit: (values, key) => moveItem(this.itemId, { ...values, why: whyOf(item, values.to) }, key),
      done: () => {
        this.isMoving = false;
        this.#actions.notify(say("saved"));
        void this.#item.reload();
      },
      cancel: () => (this.isMoving = false),
    });
  }
}
customElements.define("stock-item-page", StockItemPage);

function whyOf(item: WholeStockItem, to: string) {
  if (to === "sold" || to === "lost") return to;
  if (item.place.startsWith("customer:")) return "returned";
  if (item.place === "lost") return "found";
  return to.startsWith("van:") ? "taken" : "moved";
}
