import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { type Field, optionsOf, type Values } from "../../components/action-form.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { Deeds } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { addSeller, listSellers, moveCash, type Seller, setPin, switchSeller } from "../../data/money/sellers.ts";
import { readNames } from "../../data/names.ts";
import type { Desk } from "../../desk.ts";
import { money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import "./seller-form.ts";

interface Standing {
  readonly seller: Seller;
  readonly site: Seller["sites"][number] | null;
}
type Open =
  | { readonly kind: "add" }
  | { readonly kind: "edit" | "pin" | "hand-in" | "pay-out"; readonly row: Standing };

/** Sellers at the sites: a name and a PIN, what each sold, handed in and owes, site by site. */
class SiteSellers extends elementWith({
  desk: property<Desk>(),
  open: state<Open | null>(null),
  sites: state<ReadonlyMap<string, string>>(new Map()),
}) {
  readonly #deeds = new Deeds(this);
  readonly #sellers = new ListController<Standing>(this, {
    read: async (cursor) => {
      this.sites = await readNames("sites", this.desk.user);
      const { items, nextCursor } = await listSellers(cursor);
      const rows = items.flatMap((seller): Standing[] =>
        seller.sites.length === 0 ? [{ seller, site: null }] : seller.sites.map((site) => ({ seller, site })),
      );
      return { items: rows, nextCursor };
    },
    topics: ["payment"],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const mayChange = this.desk.user.permissions.includes("payments.manage");
    const amount = (cents: number | undefined) =>
      cents === undefined ? say("none") : money(cents, this.desk.currency);
    return html`<p class="soft panel">${say("siteSellersWhy")}</p>
      ${this.#deeds.notice()} ${this.#form()}
      ${listCard(this.#sellers, {
        caption: say("siteSellers"),
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
          { label: say("sold"), numeric: true, cell: ({ site }) => amount(site?.soldCents) },
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
          ...(mayChange ? [{ label: say("change"), cell: (row: Standing) => this.#actions(row) }] : []),
        ],
      })}
      ${
        mayChange
          ? html`<p class="below">
              <button aria-expanded=${this.open?.kind === "add"} @click=${() => (this.open = this.open?.kind === "add" ? null : { kind: "add" })}>
                ${say("addSeller")}
              </button>
            </p>`
          : nothing
      }`;
  }

  #actions(row: Standing) {
    const { seller, site } = row;
    return html`<span class="row">
      ${site === null ? nothing : html`<button @click=${() => (this.open = { kind: "hand-in", row })}>${say("handIn")}</button>`}
      ${
        site !== null && site.owedCents < 0
          ? html`<button class="quiet" @click=${() => (this.open = { kind: "pay-out", row })}>${say("payBack")}</button>`
          : nothing
      }
      <button @click=${() => (this.open = { kind: "edit", row })}>${say("edit")}</button>
      <button class="quiet" @click=${() => (this.open = { kind: "pin", row })}>${say("newPin")}</button>
      <button
        class="quiet"
        @click=${async () => {
          await this.#deeds.run(`switch/${seller.sellerId}`, () => switchSeller(seller.sellerId, !seller.active));
          await this.#sellers.reload();
        }}
      >
        ${say(seller.active ? "switchOff" : "switchOn")}
      </button>
    </span>`;
  }

  #form() {
    const { open } = this;
    if (open === null) return nothing;
    if (open.kind === "edit")
      return keyed(
        open,
        html`<seller-form
          .desk=${this.desk}
          .sellerId=${open.row.seller.sellerId}
          .sites=${this.sites}
          @cancel=${() => (this.open = null)}
          @done=${() => this.#saved()}
        ></seller-form>`,
      );
    const { title, fields, text, submit } = open.kind === "add" ? this.#addForm() : this.#rowForm(open.kind, open.row);
    return keyed(
      open,
      html`<section class="card pad panel">
        <h2 class="panel">${title}</h2>
        <action-form
          .fields=${fields}
          submitText=${text}
          .submit=${submit}
          @done=${() => this.#saved()}
          ><button type="button" class="quiet" @click=${() => (this.open = null)}>${say("cancel")}</button></action-form
        >
      </section>`,
    );
  }

  #saved() {
    this.open = null;
    this.#deeds.tell(say("saved"));
    void this.#sellers.reload();
  }

  #addForm() {
    const { currency } = this.desk;
    const fields: Field[] = [
      { name: "name", label: say("name"), required: true },
      {
        name: "pin",
        label: "PIN",
        type: "password",
        required: true,
        hint: say("pinHint"),
        autocomplete: "new-password",
      },
      {
        name: "siteId",
        label: say("site"),
        type: "select",
        required: true,
        options: optionsOf(this.sites),
      },
      {
        name: "float",
        label: `${say("cashOutMost")} (${currency})`,
        type: "money",
        min: 0,
        hint: say("emptyUnlimited"),
      },
      { name: "commission", label: say("commissionPercent"), type: "number", min: 0, max: 100, step: "0.1", value: 0 },
    ];
    const submit = ({ name, pin, siteId, float, commission }: Values) =>
      addSeller({
        name,
        pin,
        commissionPermille: Math.round(Number(commission ?? 0) * 10),
        sites: [{ siteId, floatCents: float }],
      });
    return { title: say("addSeller"), fields, text: say("addSeller"), submit };
  }

  #rowForm(kind: "pin" | "hand-in" | "pay-out", { seller, site }: Standing) {
    const { currency } = this.desk;
    if (kind === "pin") {
      const pin: Field = { name: "pin", label: "PIN", type: "password", required: true, hint: say("pinHint") };
      const submit = (values: Values) => setPin(seller.sellerId, String(values.pin));
      return { title: `${say("newPin")}: ${seller.name}`, fields: [pin], text: say("save"), submit };
    }
    const owed = kind === "hand-in" ? Math.max(0, site?.owedCents ?? 0) : Math.max(0, -(site?.owedCents ?? 0));
    const amount: Field = {
      name: "amount",
      label: `${say("amount")} (${currency})`,
      type: "money",
      required: true,
      min: 0,
      value: owed === 0 ? null : owed,
    };
    const submit = (values: Values, key: string) =>
      moveCash(
        seller.sellerId,
        kind,
        { siteId: site?.siteId ?? "", amountCents: Number(values.amount), currency },
        key,
      );
    const text = say(kind === "hand-in" ? "handIn" : "payBack");
    return { title: `${text}: ${seller.name}`, fields: [amount], text, submit };
  }
}
customElements.define("site-sellers", SiteSellers);
