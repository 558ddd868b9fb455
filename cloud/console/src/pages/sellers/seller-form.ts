import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Field, Values } from "../../components/action-form.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { beingRead, notRead } from "../../components/loading.ts";
import { problemText } from "../../components/problem-text.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { changeSeller, readSeller, type Seller } from "../../data/money/sellers.ts";
import type { Desk } from "../../desk.ts";
import type { Versioned } from "../../hub/api.ts";
import { say } from "../../strings/strings.ts";
import "../../components/action-form.ts";

/** A seller's name, commission and sites, each site with how much cash may be out there. Says `done` or `cancel`. */
class SellerForm extends elementWith({
  desk: property<Desk>(),
  sellerId: property(""),
  /** All sites by their ids. */
  sites: property<ReadonlyMap<string, string>>(),
  seller: state<Versioned<Seller> | null>(null),
  /** Where they sell from now on. */
  chosen: state<readonly string[]>([]),
  failed: state(""),
}) {
  override connectedCallback(): void {
    super.connectedCallback();
    queueMicrotask(() => void this.#read());
  }

  async #read(): Promise<void> {
    this.failed = "";
    try {
      const seller = await readSeller(this.sellerId);
      this.chosen = seller.value.sites.filter(({ active }) => active).map(({ siteId }) => siteId);
      this.seller = seller;
    } catch (error) {
      this.failed = problemText(error);
    }
  }

  static override styles = [sharedStyles];

  override render() {
    if (this.failed !== "") return notRead(this.failed, () => this.#read());
    if (this.seller === null) return beingRead();
    return html`<section class="card pad panel">
      <h2 class="panel">${say("editSeller", { name: this.seller.value.name })}</h2>
      ${this.#places()} ${this.#form(this.seller)}
    </section>`;
  }

  /** Where they sell; one click takes a site away, the list adds one. */
  #places() {
    const others = [...this.sites].filter(([siteId]) => !this.chosen.includes(siteId));
    const add = (event: Event) => {
      const select = event.target as HTMLSelectElement;
      if (select.value !== "") this.chosen = [...this.chosen, select.value];
      select.value = "";
    };
    return html`<div class="panel">
      <p><strong>${say("sellsAt")}</strong>${this.chosen.length === 0 ? html` <span class="soft">${say("sellsNowhere")}</span>` : nothing}</p>
      <div class="row below">
        ${this.chosen.map((siteId) => {
          const site = this.#nameOf(siteId);
          return html`<button
            aria-label=${say("sellNoMoreAt", { site })}
            @click=${() => (this.chosen = this.chosen.filter((one) => one !== siteId))}
          >
            ${site}<span aria-hidden="true">×</span>
          </button>`;
        })}
      </div>
      ${
        others.length === 0
          ? nothing
          : html`<div class="filters below">
              <label
                >${say("sellAlsoAt")}<select @change=${add}>
                  <option value="">${say("none")}</option>
                  ${others.map(([siteId, name]) => html`<option value=${siteId}>${name}</option>`)}
                </select></label
              >
            </div>`
      }
    </div>`;
  }

  #form(seller: Versioned<Seller>) {
    const { name, commissionPermille, sites } = seller.value;
    const fields: Field[] = [
      { name: "name", label: say("name"), required: true, value: name },
      {
        name: "commission",
        label: say("commissionPercent"),
        type: "number",
        required: true,
        min: 0,
        max: 100,
        step: "0.1",
        value: commissionPermille / 10,
      },
      ...this.chosen.map((siteId): Field => {
        const label = `${this.#nameOf(siteId)} (${this.desk.currency})`;
        const value = sites.find((one) => one.siteId === siteId)?.floatCents ?? null;
        return { name: `float/${siteId}`, label, type: "money", min: 0, hint: say("cashOutMostThere"), value };
      }),
    ];
    const submit = (values: Values) =>
      changeSeller(
        this.sellerId,
        {
          name: values.name,
          commissionPermille: Math.round(Number(values.commission) * 10),
          sites: this.chosen.map((siteId) => ({ siteId, floatCents: values[`float/${siteId}`] ?? null })),
        },
        seller.etag,
      );
    return keyed(
      seller,
      html`<action-form .fields=${fields} submitText=${say("save")} .submit=${submit} @look-again=${() => this.#read()}
        ><button type="button" class="quiet" @click=${() => this.dispatchEvent(new CustomEvent("cancel"))}>
          ${say("cancel")}
        </button></action-form
      >`,
    );
  }

  #nameOf(siteId: string): string {
    return this.sites.get(siteId) ?? say("site");
  }
}
customElements.define("seller-form", SellerForm);
