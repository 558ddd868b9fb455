import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import { type Float, limitFloat, listFloats, moveFloat } from "../../data/money/floats.ts";
import { currencyName, money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import "../cash-sales/cash-sales.ts";
import "./site-sellers.ts";

type Verb = "top-up" | "settle" | "limit";
const formTitles = { "top-up": "floatTopUpFor", settle: "floatSettleFor", limit: "floatLimitFor" } as const;
const verbTexts = { "top-up": "topUp", settle: "payBack", limit: "changeLimit" } as const;

/** A seller whom only a site knows has sold before anything is paid. */
const textOf = (verb: Verb, { isOfSite }: Float) => (isOfSite && verb === "top-up" ? "handIn" : verbTexts[verb]);

/** Sellers at the sites, their cash sales, and the floats of office sellers. */
class SellersPage extends appElement({
  /** The float that the open form changes, and how. */
  open: state<{ readonly seller: Float; readonly verb: Verb } | null>(null),
}) {
  readonly #actions = new PageActions(this);
  readonly #floats = new ListController<Float>(this, { read: listFloats, topics: ["payment"] });

  override render() {
    return html`<div class="head"><h1>${say("cashSellers")}</h1></div>
      <h2 class="panel">${say("siteSellers")}</h2>
      <site-sellers .app=${this.app}></site-sellers>
      <h2 class="between">${say("cashSales")}</h2>
      <cash-sales .app=${this.app}></cash-sales>
      <h2 class="between">${say("officeSellers")}</h2>
      <p class="soft panel">${say("sellersWhy")}</p>
      ${this.#form()}
      ${listCard(this.#floats, {
        title: say("officeSellers"),
        emptyText: say("noSellers"),
        columns: [
          { label: say("name"), cell: (row) => html`<strong>${row.name}</strong>` },
          {
            label: say("float"),
            numeric: true,
            cell: (row) =>
              html`${money(row.balanceCents, row.currency)}
              ${row.balanceCents < 0 ? html`<span class="badge warn">${say("owes")}</span>` : nothing}`,
          },
          { label: say("floatLimit"), numeric: true, cell: (row) => money(row.creditLimitCents, row.currency) },
        ],
        buttons: this.may("payments.manage") && ((row) => this.#buttons(row)),
      })}`;
  }

  #buttons(row: Float) {
    const button = (verb: Verb, isDisabled = false) =>
      html`<button class=${verb === "top-up" ? "" : "quiet"} ?disabled=${isDisabled} @click=${() => (this.open = { seller: row, verb })}>
        ${say(textOf(verb, row))}
      </button>`;
    // How far a seller of a site's file may go stands in that file.
    return html`<span class="row">${button("top-up")} ${button("settle", row.balanceCents <= 0)} ${row.isOfSite ? nothing : button("limit")}</span>`;
  }

  #form() {
    if (this.open === null) return nothing;
    const { seller, verb } = this.open;
    return keyed(
      this.open,
      formCard({
        title:
          seller.isOfSite && verb === "top-up"
            ? `${say("handIn")}: ${seller.name}`
            : say(formTitles[verb], { name: seller.name }),
        fields: [
          {
            name: "amount",
            label: `${say("amount")} (${currencyName(seller.currency)})`,
            type: "money",
            required: true,
            min: 0,
            ...(verb === "limit" ? { value: seller.creditLimitCents, hint: say("floatLimitHint") } : {}),
            ...(seller.isOfSite ? { hint: say("siteFileHandIn") } : {}),
          },
        ],
        submitText: say(verb === "limit" ? "save" : textOf(verb, seller)),
        submit: ({ amount }, key) =>
          verb === "limit" ? limitFloat(seller.userId, Number(amount)) : moveFloat(seller, verb, Number(amount), key),
        done: ({ balanceCents }: { balanceCents?: number }) => {
          this.open = null;
          const balance = balanceCents === undefined ? null : money(balanceCents, seller.currency);
          this.#actions.notify(balance === null ? say("saved") : say("newBalance", { amount: balance }));
          void this.#floats.reload();
        },
        cancel: () => (this.open = null),
      }),
    );
  }
}
customElements.define("sellers-page", SellersPage);
