import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { ReadController } from "../../components/read-controller.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { type Equipment, equipmentOf } from "./stock.ts";

/** What is lent to one customer. */
class EquipmentCard extends appElement({ customerId: property("") }) {
  readonly #equipment = new ReadController<readonly Equipment[]>(this, {
    read: async () => (this.may("stock.read") ? equipmentOf(this.customerId) : []),
    topics: ["customer"],
  });

  override render() {
    const equipment = this.#equipment.value ?? [];
    if (equipment.length === 0) return nothing;
    return html`<section class="card pad panel">
      <h2>${say("equipment")}</h2>
      ${facts(
        equipment.map((item) => [
          `${item.kindName} ${item.serial}`,
          html`<a href="#/stock/${item.itemId}">${word("holding", item.holding)}</a> ${
            item.askedBackMs === null
              ? nothing
              : html`<span class="badge warn">${say("askedBackSince", { time: dateTime(item.askedBackMs, this.app.zone) })}</span>`
          }`,
        ]),
      )}
    </section>`;
  }
}
customElements.define("equipment-card", EquipmentCard);
