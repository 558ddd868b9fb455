import { html, nothing } from "lit";
import "../../components/table/data-table.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { changePlan, type Plan } from "../../data/catalogue/plans.ts";
import { type Names, readNames } from "../../data/names.ts";
import { money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { priceLabel } from "./currency-choice.ts";

type PlacePrice = NonNullable<Plan["prices"]>[number];

/** What one plan costs at some sites, in some regions, or in another currency. */
class PlacePrices extends appElement({
  plan: property<Plan | null>(null),
  /** The version that `plan` is: who has changed its prices since is not overwritten. */
  etag: property<string | null>(null),
  currencies: property<readonly string[]>([]),
  isAdding: state(false),
  where: state(""),
}) {
  readonly #actions = new PageActions(this);
  readonly #sites = new ReadController<Names>(this, { read: () => readNames("sites", this.app.user) });

  static override styles = [sharedStyles];

  override render() {
    const { plan } = this;
    if (plan === null) return nothing;
    const prices = plan.prices ?? [];
    return this.#sites.render(
      (sites) => html`<div class="card">
          <data-table
            caption=${say("otherPrices")}
            emptyText=${say("noOtherPrices")}
            .columns=${[
              {
                label: say("priceWhere"),
                cell: (row: PlacePrice) => html`<strong>${this.#place(row, sites)}</strong>`,
              },
              {
                label: say("price"),
                numeric: true,
                lead: true,
                cell: (row: PlacePrice) => money(row.priceCents, row.currency),
              },
              {
                label: say("change"),
                cell: (row: PlacePrice) =>
                  html`<button class="quiet danger" @click=${() => this.#save(prices.filter((one) => one !== row))}>${say("remove")}</button>`,
              },
            ]}
            .rows=${prices}
          ></data-table>
        </div>
        <p class="soft below">${say("otherPricesWhy")}</p>
        <p class="below">
          <button aria-expanded=${this.isAdding} @click=${() => (this.isAdding = !this.isAdding)}>${say("addPrice")}</button>
        </p>
        ${this.isAdding ? this.#form(plan, prices, sites) : nothing}`,
    );
  }

  #place({ siteId, region, currency }: PlacePrice, sites: Names) {
    if (siteId !== undefined) return sites.get(siteId) ?? siteId;
    return region === undefined ? say("everywhereIn", { currency }) : say("inRegion", { region });
  }

  #form(plan: Plan, prices: readonly PlacePrice[], sites: Names) {
    const [own = plan.currency] = this.currencies;
    const form = formCard({
      fields: [
        {
          name: "where",
          label: say("priceWhere"),
          type: "select",
          required: true,
          value: this.where,
          options: [
            ...[...sites].map(([value, label]) => ({ value, label })),
            { value: "region", label: say("ofRegion") },
            ...(this.currencies.length > 1 ? [{ value: "all", label: say("everywhere") }] : []),
          ],
        },
        ...(this.where === "region" ? [{ name: "region", label: say("region"), required: true } as const] : []),
        { name: "priceCents", label: priceLabel(this.currencies), type: "money", required: true, min: 0 },
        ...(this.currencies.length > 1
          ? [
              {
                name: "currency",
                label: say("currency"),
                type: "select" as const,
                value: own,
                options: this.currencies.map((value) => ({ value, label: value })),
              },
            ]
          : []),
      ],
      submitText: say("addPrice"),
      submit: async ({ where, region, priceCents, currency }) => {
        const place =
          where === "region" ? { region: String(region) } : where === "all" ? {} : { siteId: String(where) };
        const price = { ...place, priceCents: Number(priceCents), currency: currency == null ? own : String(currency) };
        await changePlan(plan.planId, { prices: [...prices, price as PlacePrice] }, this.etag);
      },
      done: () => {
        this.isAdding = false;
        this.#reload();
      },
      cancel: () => (this.isAdding = false),
      reload: () => this.#reload(),
    });
    return html`<div @input=${this.#chosen}>${form}</div>`;
  }

  #chosen(event: Event): void {
    const field = event.composedPath()[0];
    if (field instanceof HTMLSelectElement && field.name === "where") this.where = field.value;
  }

  async #save(prices: readonly PlacePrice[]) {
    const { plan } = this;
    if (plan === null) return;
    if (await this.#actions.run("prices", () => changePlan(plan.planId, { prices }, this.etag))) this.#reload();
  }

  #reload(): void {
    this.dispatchEvent(new CustomEvent("changed"));
  }
}
customElements.define("place-prices", PlacePrices);
