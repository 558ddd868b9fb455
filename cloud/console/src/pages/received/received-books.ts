import { html, type PropertyValues } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { type ReceivedBooks, receivedBooksPath } from "../../data/money/received.ts";
import type { Span } from "../../hub/list.ts";
import type { Strings } from "../../strings/en.ts";
import { money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

type StringName = keyof Strings;

type Part = Exclude<keyof ReceivedBooks, "currency" | "receivedCents">;

/** Where the money lies, or what was paid out of it. */
const places: readonly (readonly [Part, StringName])[] = [
  ["channelsCents", "receivedInChannels"],
  ["bankCents", "receivedToBank"],
  ["tillCents", "receivedInTill"],
  ["vouchersCents", "receivedOfVouchers"],
  ["sellersCents", "receivedWithSellers"],
  ["commissionCents", "account_commission"],
  ["feesCents", "account_fees"],
  ["expensesCents", "account_expenses"],
  ["venuesCents", "account_venue_shares"],
];
/** What it is called: the first line is the report of revenue's. */
const names: readonly (readonly [Part, StringName])[] = [
  ["revenueCents", "receivedAsRevenue"],
  ["refundsCents", "account_refunds"],
  ["creditCents", "receivedAsCredit"],
  ["depositsCents", "account_deposits"],
  ["suspenseCents", "receivedAsSuspense"],
  ["debtsCents", "receivedAsDebts"],
];

/** How the list of these days agrees with the books, and where it differs from the report of revenue: two sums that both are the list's. */
class ReceivedBooksCard extends appElement({ span: property<Span>({}) }) {
  readonly #books = new ReadController<{ readonly items: readonly ReceivedBooks[] }>(this, {
    path: () => receivedBooksPath(this.span),
    topics: ["payment"],
  });
  #shown = "";

  static override styles = [sharedStyles];

  override willUpdate(changed: PropertyValues) {
    super.willUpdate(changed);
    const shown = receivedBooksPath(this.span);
    if (this.#shown !== "" && this.#shown !== shown) void this.#books.reload();
    this.#shown = shown;
  }

  override render() {
    return html`<p class="soft panel">${say("receivedAgreesWhy")}</p>
      ${this.#books.render(({ items }) => html`${items.map((books) => bothSides(books))}`)}`;
  }
}
customElements.define("received-books", ReceivedBooksCard);

function bothSides(books: ReceivedBooks) {
  const side = (title: StringName, lines: readonly (readonly [Part, StringName])[]) => html`<section class="card pad">
    <h2>${say(title)}</h2>
    ${facts([
      ...lines
        .filter(([part]) => books[part] !== 0)
        .map(([part, label]) => [say(label), money(books[part], books.currency)] as const),
      [say("sumReceived"), html`<strong>${money(books.receivedCents, books.currency)}</strong>`] as const,
    ])}
  </section>`;
  return html`<div class="two">${side("receivedLies", places)} ${side("receivedCalled", names)}</div>`;
}
