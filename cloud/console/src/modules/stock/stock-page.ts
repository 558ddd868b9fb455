import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import type { Fields } from "../../components/fields/values-of.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard, listPage } from "../../components/table/list-page.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { say, word } from "../../strings/strings.ts";
import {
  addKind,
  addStore,
  listMovements,
  listStockItems,
  moveCounted,
  type Received,
  readKinds,
  readPlaces,
  readStores,
  receiveStock,
  type StockItem,
  type StockKind,
  type StockMovement,
  type StockPlace,
  type StockStore,
} from "./stock.ts";
import { itemColumns, movementColumns, placeOptions, placeText } from "./stock-words.ts";

type Form = "receive" | "kind" | "store" | "counted";
interface Known {
  readonly kinds: readonly StockKind[];
  readonly stores: readonly StockStore[];
  readonly places: readonly StockPlace[];
}

/** Equipment and material: how much of what is where, things by their serial numbers, and what went where. */
class StockPage extends appElement({
  open: state<Form | null>(null),
  staff: state<Names>(noNames),
  /** What a look at pasted serial numbers said. */
  looked: state<Received | null>(null),
}) {
  readonly #items = new ListController<StockItem, "kindId" | "holding" | "askedBack">(this, {
    read: (query, { askedBack, ...filters }) =>
      listStockItems(query, { ...filters, ...(askedBack === "true" ? { askedBack: true } : {}) }),
    topics: [],
    filters: ["kindId", "holding", "askedBack"],
    isCounted: true,
  });
  readonly #movements = new ListController<StockMovement>(this, { read: listMovements, topics: [], isOfThing: true });
  readonly #known = new ReadController<Known>(this, {
    read: async () => {
      const [kinds, stores, { items: places }] = await Promise.all([readKinds(), readStores(), readPlaces()]);
      return { kinds, stores, places };
    },
  });
  readonly #actions = new PageActions(this, () => this.#reload());

  #reload() {
    return Promise.all([this.#items.reload(), this.#movements.reload(), this.#known.reload()]);
  }

  override async firstUpdated() {
    this.staff = await readNames("staff", this.app.user);
  }

  override render() {
    const kinds = this.#known.value?.kinds ?? [];
    return listPage(this.#items, {
      title: say("stock"),
      name: "stock",
      intro: say("stockWhy"),
      emptyText: say("noStockItems"),
      search: say("searchStock"),
      above: html`${this.#known.render((known) => this.#above(known))}`,
      narrow: [
        {
          name: "kindId",
          label: say("kind"),
          options: [
            { value: "", label: say("showAll") },
            ...kinds.map(({ kindId, name }) => ({ value: kindId, label: name })),
          ],
        },
        {
          name: "holding",
          label: say("state"),
          options: [
            { value: "", label: say("allStates") },
            ...["own", "lent", "sold", "lost"].map((value) => ({ value, label: word("holding", value) })),
          ],
        },
        {
          name: "askedBack",
          label: say("askedBack"),
          options: [
            { value: "", label: say("showAll") },
            { value: "true", label: say("askedBack") },
          ],
        },
      ],
      columns: itemColumns(this.app),
      rowHref: (row) => `#/stock/${row.itemId}`,
      below: html`<h2 class="between">${say("stockMovements")}</h2>
        ${listCard(this.#movements, {
          title: say("stockMovements"),
          emptyText: say("nothingYet"),
          columns: movementColumns(this.app),
        })}`,
    });
  }

  #above(known: Known) {
    const manages = this.may("stock.manage");
    const moves = manages || this.may("installations.work");
    const button = (form: Form, text: string, isFirst = false) =>
      html`<button class=${isFirst ? "primary" : ""} aria-expanded=${this.open === form} @click=${() => this.#toggle(form)}>${text}</button>`;
    return html`<p class="row panel">
        ${manages && known.kinds.length > 0 && known.stores.length > 0 ? button("receive", say("receiveStock"), true) : nothing}
        ${moves && known.kinds.some(({ hasSerials }) => !hasSerials) ? button("counted", say("moveCounted")) : nothing}
        ${manages ? html`${button("kind", say("addStockKind"))} ${button("store", say("addStockStore"))}` : nothing}
      </p>
      ${this.#form(known)} ${this.#kinds(known)}`;
  }

  #toggle(form: Form) {
    this.open = this.open === form ? null : form;
    this.looked = null;
  }

  #kinds({ kinds, places }: Known) {
    if (kinds.length === 0) return html`<p class="soft panel">${say("noStockKinds")}</p>`;
    return html`<section class="card pad panel">
      <dl class="facts">
        ${kinds.map(
          (kind) => html`<dt>${kind.name}</dt>
            <dd>
              ${say("inStock")}: <strong>${kind.here} ${kind.unit}</strong> · ${say("atCustomers")}: ${kind.atCustomers}
              ${places.map((place) =>
                place.kinds
                  .filter(({ kindId }) => kindId === kind.kindId)
                  .map(
                    ({ quantity }) =>
                      html`<br /><span class="soft">${placeText(place.place, place.name, this.app)}: ${quantity}</span>`,
                  ),
              )}
            </dd>`,
        )}
      </dl>
    </section>`;
  }

  #form(known: Known) {
    const { open, looked } = this;
    if (open === null) return nothing;
    const shared = { cancel: () => (this.open = null) };
    const done = (text = say("saved")) => {
      this.open = null;
      this.looked = null;
      this.#actions.notify(text);
      void this.#reload();
    };
    switch (open) {
      case "receive":
        return html`${keyed(
          open,
          formCard({
            ...shared,
            title: say("receiveStock"),
            fields: this.#receiveFields(known),
            submitText: looked === null ? say("receiveCheck") : say("receiveDo", { count: looked.fresh }),
            submit: (values, key) => this.#receive(values, key),
            done: (answer) => {
              const received = answer as Received;
              if (received.received > 0) done(say("receivedCount", { count: received.received }));
            },
          }),
        )}
        ${looked === null ? nothing : lookedCard(looked)}`;
      case "counted":
        return keyed(
          open,
          formCard({
            ...shared,
            title: say("moveCounted"),
            fields: this.#countedFields(known),
            submitText: say("moveStock"),
            submit: (values, key) => moveCounted({ ...values, why: whyOf(values) }, key),
            done: () => done(),
          }),
        );
      case "kind":
        return keyed(
          open,
          formCard({
            ...shared,
            title: say("addStockKind"),
            fields: [
              { name: "name", label: say("name"), required: true },
              { name: "hasSerials", label: say("hasSerials"), type: "checkbox", value: true },
              { name: "unit", label: say("stockUnit"), value: "pcs", required: true },
            ],
            submitText: say("addStockKind"),
            submit: (values) => addKind(values),
            done: () => done(),
          }),
        );
      default:
        return keyed(
          open,
          formCard({
            ...shared,
            title: say("addStockStore"),
            fields: [{ name: "name", label: say("name"), required: true }],
            submitText: say("addStockStore"),
            submit: (values) => addStore(values),
            done: () => done(),
          }),
        );
    }
  }

  /** First a look, then what is new is received. Other numbers are looked at first. */
  async #receive(order: Parameters<typeof receiveStock>[0], key: string): Promise<unknown> {
    if (this.looked === null || this.#lookedAt !== JSON.stringify(order)) {
      this.#lookedAt = JSON.stringify(order);
      this.looked = await receiveStock({ ...order, check: true }, `${key}-look`);
      return this.looked;
    }
    return receiveStock(order, key);
  }
  #lookedAt = "";

  #receiveFields({ kinds, stores }: Known) {
    return [
      {
        name: "kindId",
        label: say("kind"),
        type: "select",
        required: true,
        options: kinds
          .filter((kind) => kind.hasSerials && kind.active)
          .map(({ kindId, name }) => ({ value: kindId, label: name })),
      },
      {
        name: "place",
        label: say("receiveInto"),
        type: "select",
        required: true,
        options: placeOptions(stores, this.staff, this.app),
      },
      {
        name: "serials",
        label: say("receiveSerials"),
        type: "textarea",
        required: true,
        hint: say("receiveSerialsHint"),
      },
    ] as const satisfies Fields;
  }

  #countedFields({ kinds, stores }: Known) {
    const places = placeOptions(stores, this.staff, this.app);
    const supplier = this.may("stock.manage") ? [{ value: "supplier", label: say("place_supplier") }] : [];
    return [
      {
        name: "kindId",
        label: say("kind"),
        type: "select",
        required: true,
        options: kinds
          .filter((kind) => !kind.hasSerials && kind.active)
          .map(({ kindId, name }) => ({ value: kindId, label: name })),
      },
      { name: "quantity", label: say("quantity"), type: "number", required: true, min: 1, max: 1_000_000 },
      { name: "from", label: say("moveFrom"), type: "select", required: true, options: [...supplier, ...places] },
      { name: "to", label: say("moveTo"), type: "select", required: true, options: places },
    ] as const satisfies Fields;
  }
}
customElements.define("stock-page", StockPage);

const whyOf = ({ from, to }: { readonly from: string; readonly to: string }) =>
  from === "supplier" ? "received" : to.startsWith("van:") ? "taken" : "moved";

function lookedCard({ fresh, known, repeated, wrong }: Received) {
  const some = (list: readonly string[]) => `${list.slice(0, 20).join(", ")}${list.length > 20 ? "…" : ""}`;
  return html`<section class="card pad panel" role="status">
    <p><strong>${say("receiveFresh", { count: fresh })}</strong></p>
    ${known.length === 0 ? nothing : html`<p>${say("receiveKnown", { list: some(known) })}</p>`}
    ${repeated.length === 0 ? nothing : html`<p>${say("receiveRepeated", { list: some(repeated) })}</p>`}
    ${wrong.length === 0 ? nothing : html`<p>${say("receiveWrong", { list: some(wrong) })}</p>`}
  </section>`;
}
