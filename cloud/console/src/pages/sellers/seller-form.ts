import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import type { Fields, ValuesOf } from "../../components/fields/values-of.ts";
import { ReadController } from "../../components/read-controller.ts";
import { changeSeller, type Seller, sellerPath } from "../../data/money/sellers.ts";
import type { Names } from "../../data/names.ts";
import { currencyName } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import "../../components/action-form.ts";

/** Changes a seller: name, commission, and the sites, each with a limit on the cash held there. Dispatches `done` and `cancel`. */
class SellerForm extends appElement({
  sellerId: property(""),
  /** All sites by their ids. */
  sites: property<Names>(),
  /** The sites that the form has chosen; null: the seller's sites. */
  chosen: state<readonly string[] | null>(null),
}) {
  readonly #seller = new ReadController<Seller>(this, { path: () => sellerPath(this.sellerId) });

  override render() {
    return this.#seller.render((seller) => {
      const chosen = this.chosen ?? seller.sites.filter(({ active }) => active).map(({ siteId }) => siteId);
      return html`<section class="card pad panel">
        <h2 class="panel">${say("editSeller", { name: seller.name })}</h2>
        ${this.#siteChoice(chosen)} ${this.#form(seller, chosen)}
      </section>`;
    });
  }

  /** The chosen sites: a click removes one, the select adds one. */
  #siteChoice(chosen: readonly string[]) {
    const others = [...this.sites].filter(([siteId]) => !chosen.includes(siteId));
    const add = (event: Event) => {
      const select = event.target as HTMLSelectElement;
      if (select.value !== "") this.chosen = [...chosen, select.value];
      select.value = "";
    };
    return html`<div class="panel">
      <p><strong>${say("sellsAt")}</strong>${chosen.length === 0 ? html` <span class="soft">${say("sellsNowhere")}</span>` : nothing}</p>
      <div class="row below">
        ${chosen.map((siteId) => {
          const site = this.#nameOf(siteId);
          return html`<button
            aria-label=${say("removeSiteOf", { site })}
            @click=${() => (this.chosen = chosen.filter((each) => each !== siteId))}
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
                >${say("addSiteOf")}<select @change=${add}>
                  <option value="">${say("none")}</option>
                  ${others.map(([siteId, name]) => html`<option value=${siteId}>${name}</option>`)}
                </select></label
              >
            </div>`
      }
    </div>`;
  }

  #form(seller: Seller, chosen: readonly string[]) {
    const { name, commissionPermille, sites } = seller;
    const { etag } = this.#seller;
    const fields = [
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
      ...chosen.map((siteId) => {
        const label = `${this.#nameOf(siteId)} (${currencyName(this.app.currency)})`;
        const value = sites.find((each) => each.siteId === siteId)?.floatCents ?? null;
        return { name: `float/${siteId}`, label, type: "money", min: 0, hint: say("cashLimitHint"), value } as const;
      }),
    ] as const satisfies Fields;
    const submit = (values: ValuesOf<typeof fields>) =>
      changeSeller(
        this.sellerId,
        {
          name: values.name,
          commissionPermille: Math.round(values.commission * 10),
          sites: chosen.map((siteId) => ({ siteId, floatCents: values[`float/${siteId}` as const] ?? null })),
        },
        etag,
      );
    const reload = () => {
      this.chosen = null;
      void this.#seller.reload();
    };
    return keyed(
      etag,
      html`<action-form .fields=${fields} submitText=${say("save")} .submit=${submit} @reload=${reload}
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
