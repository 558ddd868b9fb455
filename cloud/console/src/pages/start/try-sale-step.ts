import { html, type TemplateResult } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import "../../components/overlay/copy-button.ts";
import { ReadController } from "../../components/read-controller.ts";
import { type Plan, plansToChoose } from "../../data/catalogue/plans.ts";
import { listSites, type Site } from "../../data/fleet/sites.ts";
import { makeTestSale, type TestSale } from "../../data/tenancy/start.ts";
import type { Page } from "../../hub/api.ts";
import { duration, money } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say } from "../../strings/strings.ts";

/** Sells a plan to the owner: a code that works, and no money in any book. */
class TestSaleStep extends appElement({
  sold: state<TestSale | null>(null),
}) {
  readonly #plans = new ReadController<readonly Plan[]>(this, { read: plansToChoose, topics: ["plan"] });
  readonly #sites = new ReadController<Page<Site>>(this, {
    read: () => listSites({ limit: 100, cursor: null }),
    topics: ["site"],
  });

  override render() {
    return html`${this.#sites.render(({ items }) =>
      items.length === 0
        ? html`<p>${say("guideNeedsSite")}</p>`
        : this.sold === null
          ? html`${this.#plans.render((plans) => this.#form(plans, items))}`
          : this.#outcome(this.sold, items),
    )}`;
  }

  #form(plans: readonly Plan[], sites: readonly Site[]): TemplateResult {
    const onSale = plans.filter(({ active }) => active);
    return formCard({
      fields: [
        {
          name: "planId",
          label: say("plan"),
          type: "select",
          required: true,
          value: onSale[0]?.planId ?? "",
          options: onSale.map(({ planId, name, priceCents, currency }) => ({
            value: planId,
            label: `${name} · ${money(priceCents, currency)}`,
          })),
        },
        {
          name: "siteId",
          label: say("site"),
          type: "select",
          required: true,
          value: sites[0]?.siteId ?? "",
          options: sites.map(({ siteId, name }) => ({ value: siteId, label: name })),
        },
      ],
      submitText: say("makeTestSale"),
      submit: (values, key) => makeTestSale(values, key),
      done: (sold) => {
        this.sold = sold as TestSale;
        this.dispatchEvent(new CustomEvent("done", { bubbles: true, composed: true, detail: { stays: "testSale" } }));
      },
    });
  }

  #outcome({ planName, priceCents, currency, code, siteId, lastsSeconds }: TestSale, sites: readonly Site[]) {
    const site = sites.find((one) => one.siteId === siteId)?.name ?? "";
    return html`<p role="status"><strong>${say("testSaleMade", { plan: planTitle(planName), price: money(priceCents, currency) })}</strong></p>
      <p>${say("testSaleCode", { site, time: duration(lastsSeconds) })}</p>
      <p class="row"><strong class="mono">${code}</strong> <copy-button text=${code}></copy-button></p>
      <p class="below"><button @click=${() => (this.sold = null)}>${say("anotherTestSale")}</button></p>`;
  }
}
customElements.define("test-sale-step", TestSaleStep);
