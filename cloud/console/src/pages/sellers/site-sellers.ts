import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Field, Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { optionsOf } from "../../components/fields/options-of.ts";
import type { Fields, ValuesOf } from "../../components/fields/values-of.ts";
import { formCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { addBelow, listCard } from "../../components/table/list-page.ts";
import { addSeller, listSellers, moveCash, type Seller, setPin, switchSeller } from "../../data/money/sellers.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { currencyName, money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import "./seller-form.ts";

/** A seller at one of the sites; null: the seller has no site. */
interface SellerAtSite {
  readonly seller: Seller;
  readonly site: Seller["sites"][number] | null;
}
interface OpenForm {
  readonly kind: "edit" | "pin" | "hand-in" | "pay-out";
  readonly row: SellerAtSite;
}

/** Sellers at the sites: what each has sold, handed in and owes, site by site. */
class SiteSellers extends appElement({
  open: state<OpenForm | null>(null),
  sites: state<Names>(noNames),
}) {
  readonly #sellers = new ListController<SellerAtSite>(this, {
    read: async (query) => {
      this.sites = await readNames("sites", this.app.user);
      const { items, nextCursor } = await listSellers(query);
      const rows = items.flatMap((seller): SellerAtSite[] =>
        seller.sites.length === 0 ? [{ seller, site: null }] : seller.sites.map((site) => ({ seller, site })),
      );
      return { items: rows, nextCursor };
    },
    topics: ["payment"],
  });
  readonly #actions = new PageActions(this, () => this.#sellers.reload());

  override render() {
    const mayChange = this.may("payments.manage");
    const amount = (cents: number | undefined) => (cents === undefined ? say("none") : money(cents, this.app.currency));
    return html`<p class="soft panel">${say("siteSellersWhy")}</p>
      ${this.#form()}
      ${listCard(this.#sellers, {
        title: say("siteSellers"),
        emptyText: say("noSiteSellers"),
        columns: [
          {
            label: say("name"),
            cell: ({ seller }) =>
              html`<strong>${seller.name}</strong>${seller.active ? nothing : html` <span class="badge bad">${say("inactive")}</span>`}`,
          },
          {
            label: say("site"),
            cell: ({ site }) => (site === null ? say("none") : (this.sites.get(site.siteId) ?? say("site"))),
          },
          {
            label: say("sold"),
            numeric: true,
            cell: ({ site }) =>
              html`${amount(site?.soldCents)}${site?.otherCurrencies.map(
                ({ currency, soldCents }) =>
                  html`<br /><small class="soft">${say("soldInOther", { amount: money(soldCents, currency) })}</small>`,
              )}`,
          },
          { label: say("account_commission"), numeric: true, cell: ({ site }) => amount(site?.commissionCents) },
          { label: say("handedIn"), numeric: true, cell: ({ site }) => amount(site?.handedInCents) },
          {
            label: say("owes"),
            numeric: true,
            cell: ({ site }) => {
              const isOver = site !== null && site.floatCents !== null && site.owedCents > site.floatCents;
              return isOver ? html`<span class="badge bad">${amount(site.owedCents)}</span>` : amount(site?.owedCents);
            },
          },
        ],
        buttons: mayChange && ((row) => this.#buttons(row)),
      })}
      ${addBelow(
        this.#sellers,
        this.mayAsOwn("payments.manage") && {
          text: say("addSeller"),
          fields: newSellerFields(this.sites, this.app.currency),
          submit: addSellerWith,
          done: () => this.#actions.notify(say("saved")),
        },
      )}`;
  }

  #buttons(row: SellerAtSite) {
    const { seller, site } = row;
    const opens = (kind: OpenForm["kind"]) => () => (this.open = { kind, row });
    return html`<span class="row">
      ${site === null ? nothing : html`<button @click=${opens("hand-in")}>${say("handIn")}</button>`}
      ${
        site !== null && site.owedCents < 0
          ? html`<button class="quiet" @click=${opens("pay-out")}>${say("payBack")}</button>`
          : nothing
      }
      <button @click=${opens("edit")}>${say("edit")}</button>
      ${this.mayAsOwn("payments.manage") ? html`<button class="quiet" @click=${opens("pin")}>${say("newPin")}</button>` : nothing}
      <button class=${seller.active ? "quiet danger" : "quiet"} @click=${() => this.#switch(seller)}>
        ${say(seller.active ? "switchOff" : "switchOn")}
      </button>
    </span>`;
  }

  async #switch({ sellerId, name, active }: Seller) {
    const question = say("switchSellerSure", { name });
    if (active && !(await ask(question, say("switchOff"), { danger: true, thing: name }))) return;
    await this.#actions.run(`switch/${sellerId}`, () => switchSeller(sellerId, !active));
  }

  #form() {
    const { open } = this;
    if (open === null) return nothing;
    const { kind, row } = open;
    if (kind === "edit")
      return keyed(
        open,
        html`<seller-form
          .app=${this.app}
          .sellerId=${row.seller.sellerId}
          .sites=${this.sites}
          @cancel=${() => (this.open = null)}
          @done=${() => this.#saved()}
        ></seller-form>`,
      );
    const form = kind === "pin" ? pinForm(row.seller) : cashForm(kind, row, this.app.currency);
    const done = (result: unknown) => (result === notSure ? undefined : this.#saved());
    return keyed(open, formCard({ ...form, done, cancel: () => (this.open = null) }));
  }

  #saved() {
    this.open = null;
    this.#actions.notify(say("saved"));
    void this.#sellers.reload();
  }
}
customElements.define("site-sellers", SiteSellers);

function newSellerFields(sites: Names, currency: string) {
  return [
    { name: "name", label: say("name"), required: true },
    {
      name: "pin",
      label: "PIN",
      type: "password",
      required: true,
      hint: say("pinHint"),
      autocomplete: "new-password",
    },
    { name: "siteId", label: say("site"), type: "select", required: true, options: optionsOf(sites) },
    {
      name: "float",
      label: `${say("cashLimit")} (${currencyName(currency)})`,
      type: "money",
      min: 0,
      hint: say("emptyUnlimited"),
    },
    { name: "commission", label: say("commissionPercent"), type: "number", min: 0, max: 100, step: "0.1", value: 0 },
  ] as const satisfies Fields;
}

function addSellerWith({ name, pin, siteId, float, commission }: ValuesOf<typeof newSellerFields>): Promise<Seller> {
  const commissionPermille = Math.round((commission ?? 0) * 10);
  return addSeller({ name, pin, commissionPermille, sites: [{ siteId, floatCents: float }] });
}

function pinForm(seller: Seller) {
  const pin: Field = { name: "pin", label: "PIN", type: "password", required: true, hint: say("pinHint") };
  return {
    title: `${say("newPin")}: ${seller.name}`,
    fields: [pin],
    submitText: say("save"),
    submit: (values: Values) => setPin(seller.sellerId, String(values.pin)),
  };
}

/** What the form resolves to when the person wants to look at the amount again. */
const notSure = "not-sure";

function cashForm(kind: "hand-in" | "pay-out", { seller, site }: SellerAtSite, currency: string) {
  const owedCents = site?.owedCents ?? 0;
  const dueCents = Math.max(0, kind === "hand-in" ? owedCents : -owedCents);
  const text = say(kind === "hand-in" ? "handIn" : "payBack");
  const amount: Field = {
    name: "amount",
    label: `${say("amount")} (${currencyName(currency)})`,
    type: "money",
    required: true,
    min: 0,
    value: dueCents === 0 ? null : dueCents,
  };
  return {
    title: `${text}: ${seller.name}`,
    fields: [amount],
    submitText: text,
    submit: async (values: Values, key: string) => {
      const order = { siteId: site?.siteId ?? "", amountCents: Number(values.amount), currency };
      // A zero too many: no second person counts this cash.
      const facts = { name: seller.name, amount: money(order.amountCents, currency), due: money(dueCents, currency) };
      if (order.amountCents > dueCents && !(await ask(say("moreThanDueSure", facts), text))) return notSure;
      return moveCash(seller.sellerId, kind, order, key);
    },
  };
}
