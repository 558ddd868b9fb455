import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { type Values, withoutEmpty } from "../../components/action-form.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard, listHead } from "../../components/list-page.ts";
import { Deeds } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { assignReceipt, claimReceipt, listReview, type ReviewItem, resolveReview } from "../../data/money.ts";
import type { Desk } from "../../desk.ts";
import { dateTime, money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { strayWords } from "../unmatched-callbacks/unmatched-reason.ts";

const claimTold = {
  settled: "claimSettled",
  known: "claimKnown",
  asked: "claimAsked",
  noted: "claimNoted",
} as const;

/** What only a person can decide: money without an owner, payments in doubt, claims, whatever fits nothing. */
class ReviewPage extends elementWith({
  desk: property<Desk>(),
  /** The receipt that is being given an owner, `claim`, or nothing. */
  open: state(""),
  /** The account number that the open receipt's money is given to; empty: the credit of the phone that is typed. */
  account: state(""),
  /** The payment that a claim led to. */
  claimed: state<string | null>(null),
}) {
  readonly #deeds = new Deeds(this);
  readonly #items = new ListController<ReviewItem>(this, {
    read: () => listReview(),
    topics: ["payment"],
    events: () => this.desk.events,
  });

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
    if (row.kind === "stray") return this.#stray(row.what);
    const isMoney = row.kind === "suspense" || row.kind === "frozen";
    if (!isMoney) return row.what;
    return html`<span class="mono">${row.id}</span>${row.what === "" ? nothing : html` · ${say("account")} <span class="mono">${row.what}</span>`}
      ${row.reason === null ? nothing : html`<br /><span class="soft">${because(row.reason)}</span>`}`;
  }

  /** The stray itself, with who told us and why it fits nothing. */
  #stray(what: string) {
    const [source = "", ...reason] = what.split(": ");
    return html`<a href="#/strays">${word("source", source)}</a><br /><span class="soft">${strayWords(reason.join(": "))}</span>`;
  }

  #actions(row: ReviewItem) {
    if (row.kind === "refund") return nothing;
    if (row.kind !== "suspense") {
      return html`<button
        @click=${() => this.#then(`resolve/${row.kind}/${row.id}`, (key) => resolveReview(row, say("lookedAt"), key), "saved")}
      >
        ${say("resolve")}
      </button>`;
    }
    return html`<span class="choices">
      ${row.accounts.map(
        (each) =>
          html`<button class="two-lines" @click=${() => this.#giveTo(row, each)}>
            <span>${say("assignTo", { reference: each.number })}</span>
            <span class="soft">${because(each.because)}</span>
          </button>`,
      )}
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
            <span class="soft">${each.payer} · ${because(each.because)}</span>
          </button>`,
      )}
      <button class="quiet" aria-expanded=${this.open === row.id} @click=${() => this.#toggle(row.id)}>
        ${say("assignToPhone")}
      </button>
    </span>`;
  }

  /** At once; or, where the payer's phone has to be said, with the form for it. */
  #giveTo(row: ReviewItem, { number, needsPhone }: ReviewItem["accounts"][number]) {
    if (!needsPhone) {
      const owner = { accountNumber: number };
      return this.#then(`assign/${row.id}`, (key) => assignReceipt(row.id, owner, key), "moneyGiven");
    }
    this.#toggle(row.id);
    this.account = this.open === "" ? "" : number;
  }

  #form() {
    const receipt = this.open;
    const owner = this.account === "" ? {} : { accountNumber: this.account };
    const isClaim = receipt === "claim";
    const phone = { name: "phone", label: say("phone"), type: "tel" as const, required: !isClaim };
    return keyed(
      `${receipt} ${this.account}`,
      html`<section class="card pad panel">
        ${
          isClaim
            ? html`<p class="soft panel">${say("claimWhy")}</p>`
            : html`<h2 class="panel mono">${receipt}</h2>
              ${this.account === "" ? nothing : html`<p class="soft panel">${say("whoPaidAt", { number: this.account })}</p>`}`
        }
        <action-form
          .fields=${isClaim ? [{ name: "receipt", label: say("receipt"), type: "textarea", required: true, hint: say("pasteMessage") }, phone] : [phone]}
          submitText=${say(isClaim ? "alreadyPaid" : "assignToPhone")}
          .submit=${(values: Values, key: string) =>
            isClaim ? claimReceipt(withoutEmpty(values), key) : assignReceipt(receipt, { ...values, ...owner }, key)}
          @done=${(event: CustomEvent<{ outcome?: keyof typeof claimTold; paymentId?: string | null }>) => {
            const { outcome, paymentId } = event.detail;
            this.open = "";
            this.claimed = isClaim ? (paymentId ?? null) : null;
            this.#deeds.tell(say(outcome === undefined ? "moneyGiven" : claimTold[outcome]));
            void this.#items.reload();
          }}
        ></action-form>
      </section>`,
    );
  }

  #toggle(what: string) {
    this.open = this.open === what ? "" : what;
    this.account = "";
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

const because = (reason: string): string => word("because", reason.replaceAll(" ", "_"));
