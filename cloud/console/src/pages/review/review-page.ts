import { html, LitElement, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { type Values, withoutEmpty } from "../../components/action-form.ts";
import { Deeds } from "../../components/deeds.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard, listHead } from "../../components/list-page.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { dateTime, money } from "../../data/format.ts";
import { assignReceipt, claimReceipt, listReview, type ReviewItem, resolvePayment } from "../../data/money.ts";
import type { Desk } from "../../desk.ts";
import { say, word } from "../../strings/strings.ts";

/** What only a person can decide: money without an owner, payments in doubt, claims, whatever fits nothing. */
class ReviewPage extends LitElement {
  static override properties = { desk: { attribute: false }, open: { state: true }, claimed: { state: true } };
  declare desk: Desk;
  /** The receipt that is being given an owner, `claim`, or nothing. */
  declare open: string;
  /** The payment that a claim led to. */
  declare claimed: string | null;
  readonly #deeds = new Deeds(this);
  readonly #items = new ListController<ReviewItem>(this, {
    read: () => listReview(),
    topics: ["payment"],
    events: () => this.desk.events,
  });

  constructor() {
    super();
    this.open = "";
    this.claimed = null;
  }

  static override styles = [sharedStyles];

  override render() {
    const { permissions } = this.desk.user;
    return html`${listHead(say("review"), {
      text: say("alreadyPaid"),
      may: permissions.includes("payments.verify"),
      isOpen: this.open === "claim",
      toggle: () => this.#toggle("claim"),
    })}
      ${this.#deeds.notice()}
      ${
        this.claimed === null
          ? nothing
          : html`<p class="panel"><a href="#/payments/${this.claimed}">${say("openPayment")}</a></p>`
      }
      ${this.open === "" ? nothing : this.#form()}
      ${listCard(this.#items, {
        caption: say("review"),
        emptyText: say("nothingToReview"),
        columns: [
          { label: say("kind"), cell: (row) => html`<span class="badge warn">${say(`review_${row.kind}`)}</span>` },
          { label: say("what"), cell: (row) => this.#what(row) },
          { label: say("payer"), cell: (row) => html`<span class="mono">${row.payer ?? say("none")}</span>` },
          { label: say("time"), cell: (row) => dateTime(row.atMs, this.desk.zone) },
          {
            label: say("amount"),
            numeric: true,
            lead: true,
            cell: (row) =>
              row.amountCents === null ? say("none") : money(row.amountCents, row.currency ?? this.desk.currency),
          },
          ...(permissions.includes("payments.manage")
            ? [{ label: say("change"), cell: (row: ReviewItem) => this.#actions(row) }]
            : []),
        ],
      })}`;
  }

  #what(row: ReviewItem) {
    if (row.kind === "payment") return html`<a href="#/payments/${row.id}">${word("review", row.what)}</a>`;
    if (row.kind === "refund") return html`<a href="#/refunds">${word("refund", row.what)}</a>`;
    if (row.kind === "stray") return html`<a href="#/strays">${row.what}</a>`;
    const isMoney = row.kind === "suspense" || row.kind === "frozen";
    if (!isMoney) return row.what;
    return html`<span class="mono">${row.id}</span>${row.what === "" ? nothing : html` · ${say("account")} <span class="mono">${row.what}</span>`}`;
  }

  #actions(row: ReviewItem) {
    if (row.kind === "payment") {
      return html`<button @click=${() => this.#then(`resolve/${row.id}`, (key) => resolvePayment(row.id, say("lookedAt"), key), "saved")}>
        ${say("resolve")}
      </button>`;
    }
    if (row.kind !== "suspense") return nothing;
    return html`<span class="choices">
      ${row.suggestions.map(
        (each) =>
          html`<button
            class="two-lines"
            @click=${() =>
              this.#then(
                `assign/${row.id}`,
                (key) => assignReceipt(row.id, { paymentId: each.paymentId }, key),
                "moneyGiven",
              )}
          >
            <span>${say("assignTo", { reference: each.reference })}</span>
            <span class="soft">${each.payer} · ${word("because", each.because.replaceAll(" ", "_"))}</span>
          </button>`,
      )}
      <button class="quiet" aria-expanded=${this.open === row.id} @click=${() => this.#toggle(row.id)}>
        ${say("assignToPhone")}
      </button>
    </span>`;
  }

  #form() {
    const receipt = this.open;
    const isClaim = receipt === "claim";
    const phone = { name: "phone", label: say("phone"), type: "tel" as const, required: !isClaim };
    return keyed(
      receipt,
      html`<section class="card pad panel">
        ${isClaim ? html`<p class="soft panel">${say("claimWhy")}</p>` : html`<h2 class="panel mono">${receipt}</h2>`}
        <action-form
          .fields=${isClaim ? [{ name: "receipt", label: say("receipt"), type: "textarea", required: true, hint: say("pasteMessage") }, phone] : [phone]}
          submitText=${say(isClaim ? "alreadyPaid" : "assignToPhone")}
          .submit=${(values: Values, key: string) =>
            isClaim ? claimReceipt(withoutEmpty(values), key) : assignReceipt(receipt, values, key)}
          @done=${(event: CustomEvent<{ outcome?: "settled" | "known" | "asked"; paymentId?: string | null }>) => {
            const { outcome, paymentId } = event.detail;
            const told = { settled: "claimSettled", known: "claimKnown", asked: "claimAsked" } as const;
            this.open = "";
            this.claimed = isClaim ? (paymentId ?? null) : null;
            this.#deeds.tell(say(outcome === undefined ? "moneyGiven" : told[outcome]));
            void this.#items.reload();
          }}
        ></action-form>
      </section>`,
    );
  }

  #toggle(what: string) {
    this.open = this.open === what ? "" : what;
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector("action-form")?.scrollIntoView({ block: "center" }),
    );
  }

  async #then(name: string, work: (key: string) => Promise<unknown>, told: "saved" | "moneyGiven") {
    await this.#deeds.run(name, work, () => say(told));
    await this.#items.reload();
  }
}
customElements.define("review-page", ReviewPage);
