import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { AddressQuery } from "../../components/address-query.ts";
import { appElement } from "../../components/app-element.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import { state } from "../../components/element-with.ts";
import { withoutEmpty } from "../../components/fields/without-empty.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { rawText } from "../../components/raw-text.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { type Filter, siteFilter } from "../../components/table/list-filters.ts";
import { listPage } from "../../components/table/list-page.ts";
import { assignReceipt, claimReceipt, listReview, type ReviewItem, resolveReview } from "../../data/money/review.ts";
import { type Names, readNames } from "../../data/names.ts";
import { dateTime, money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "./claim-dialog.ts";
import { claimWords, refundWords } from "./review-words.ts";
import "./turned-down-claims.ts";
import { unmatchedReason } from "../unmatched-callbacks/unmatched-reason.ts";

const reviewKinds: readonly ReviewItem["kind"][] = [
  "payment",
  "suspense",
  "frozen",
  "amounts",
  "unmatched",
  "unread",
  "claim",
  "refund",
];

const claimOutcomes = {
  settled: "claimSettled",
  known: "claimKnown",
  asked: "claimAsked",
  noted: "claimNoted",
} as const;
type ClaimResult = Awaited<ReturnType<typeof claimReceipt>>;

/** The money in suspense that gets an owner, and the account number whose money it becomes; null: the payer's credit. */
interface Assignment {
  readonly receipt: string;
  readonly accountNumber: string | null;
}

/** What needs review: money in suspense, payments in doubt, claims, unmatched callbacks. */
class ReviewPage extends appElement({
  assignment: state<Assignment | null>(null),
  /** The claim that the open dialog shows. */
  claim: state<string | null>(null),
  /** The payment that the last claim has found. */
  claimedPaymentId: state<string | null>(null),
}) {
  readonly #sites = new ReadController<Names>(this, { read: () => readNames("sites", this.app.user) });
  readonly #channels = new ReadController<Names>(this, { read: () => readNames("channelsToFind", this.app.user) });
  readonly #items = new ListController<ReviewItem, "kind" | "siteId" | "channelId" | "from" | "to">(this, {
    read: (query, { kind, siteId, channelId, ...days }) =>
      listReview(query, { kind, siteId, channelId, ...momentsOf(days, this.app.zone.utcOffsetMinutes) }),
    topics: ["payment"],
    filters: ["kind", "siteId", "channelId", "from", "to"],
    isCounted: true,
  });
  readonly #actions = new PageActions(this, () => this.#items.reload());
  /** The receipt that the search did not find: the form of claims begins with it. */
  readonly #address = new AddressQuery(this, ["receipt"]);

  override render() {
    return html`${this.#list()}
      <turned-down-claims .app=${this.app} @reopened=${() => void this.#items.reload()}></turned-down-claims>
      ${this.#claimDialog()}`;
  }

  #claimDialog() {
    if (this.claim === null) return nothing;
    return keyed(
      this.claim,
      html`<claim-dialog
        .app=${this.app}
        .claimId=${this.claim}
        @decided=${() => {
          void this.#items.reload();
          void this.renderRoot.querySelector<HTMLElement & { reload(): Promise<void> }>("turned-down-claims")?.reload();
        }}
        @closed=${() => (this.claim = null)}
      ></claim-dialog>`,
    );
  }

  #list() {
    return listPage(this.#items, {
      title: say("review"),
      emptyText: say("nothingToReview"),
      name: "review",
      rowKey: ({ kind, id }) => `${kind} ${id}`,
      search: say("searchReview"),
      narrow: this.#filters(),
      above: html`${this.#claimedPayment()} ${this.#assignmentForm()}`,
      add: this.may("payments.verify") && { text: say("alreadyPaid"), form: () => this.#claimForm() },
      columns: [
        { label: say("kind"), cell: (row) => html`<span class="badge warn">${say(`review_${row.kind}`)}</span>` },
        { label: say("what"), cell: what },
        { label: say("payer"), cell: (row) => html`<span class="mono">${row.payer ?? say("none")}</span>` },
        { label: say("time"), cell: (row) => dateTime(row.atMs, this.app.zone) },
        {
          label: say("amount"),
          numeric: true,
          lead: true,
          cell: (row) =>
            row.amountCents === null ? say("none") : money(row.amountCents, row.currency ?? this.app.currency),
        },
      ],
      buttons: (this.may("payments.manage") || this.may("payments.verify")) && ((row) => this.#buttons(row)),
    });
  }

  #filters(): Filter<"kind" | "siteId" | "channelId" | "from" | "to">[] {
    const channels = [...(this.#channels.value ?? [])].map(([value, label]) => ({ value, label }));
    return [
      {
        name: "kind",
        label: say("kind"),
        options: [
          { value: "", label: say("allKinds") },
          ...reviewKinds.map((value) => ({ value, label: say(`review_${value}`) })),
        ],
      },
      siteFilter(this.#sites.value),
      ...(channels.length === 0
        ? []
        : [
            {
              name: "channelId",
              label: say("channel"),
              options: [{ value: "", label: say("allChannels") }, ...channels],
            } as const,
          ]),
      { days: this.app.zone },
    ];
  }

  #claimedPayment() {
    if (this.claimedPaymentId === null) return nothing;
    return html`<p class="panel"><a href="#/payments/${this.claimedPaymentId}">${say("openPayment")}</a></p>`;
  }

  #buttons(row: ReviewItem) {
    const { kind, id } = row;
    if (kind === "refund") return nothing;
    if (kind === "claim") return html`<button @click=${() => (this.claim = row.id)}>${say("decideClaim")}</button>`;
    if (!this.may("payments.manage")) return nothing;
    if (kind !== "suspense") {
      return html`<button
        @click=${() => this.#actions.run(`resolve/${kind}/${id}`, (key) => resolveReview({ kind, id }, say("reviewedNote"), key))}
      >
        ${say("resolve")}
      </button>`;
    }
    return html`<span class="choices">
      ${row.accounts.map(
        (each) =>
          html`<button class="two-lines" @click=${() => this.#assignToAccount(row, each)}>
            <span>${say("assignTo", { reference: each.number })}</span>
            <span class="soft">${because(each.because)}</span>
          </button>`,
      )}
      ${row.suggestions.map(
        (each) =>
          html`<button class="two-lines" @click=${() => this.#assign(row, { paymentId: each.paymentId })}>
            <span>${say("assignTo", { reference: each.reference })}</span>
            <span class="soft">${each.payer === null ? nothing : html`${each.payer} · `}${because(each.because)}</span>
          </button>`,
      )}
      <button
        class="quiet"
        aria-expanded=${this.assignment?.receipt === row.id}
        @click=${() => this.#openAssignment({ receipt: row.id, accountNumber: null })}
      >
        ${say("assignToPhone")}
      </button>
    </span>`;
  }

  #assign(row: ReviewItem, owner: Parameters<typeof assignReceipt>[1]) {
    const outcome = () => say("moneyAssigned");
    return this.#actions.run(`assign/${row.id}`, (key) => assignReceipt(row.id, owner, key), outcome);
  }

  /** An account number may need the payer's phone: then the form asks for it. */
  #assignToAccount(row: ReviewItem, { number, needsPhone }: ReviewItem["accounts"][number]) {
    if (needsPhone) this.#openAssignment({ receipt: row.id, accountNumber: number });
    else void this.#assign(row, { accountNumber: number });
  }

  #openAssignment(assignment: Assignment) {
    const isOpen = this.assignment?.receipt === assignment.receipt;
    this.assignment = isOpen && assignment.accountNumber === null ? null : assignment;
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector("action-form")?.scrollIntoView({ block: "center" }),
    );
  }

  #assignmentForm() {
    if (this.assignment === null) return nothing;
    const { receipt, accountNumber } = this.assignment;
    return keyed(
      this.assignment,
      formCard({
        title: html`<span class="mono">${receipt}</span>`,
        intro: accountNumber === null ? undefined : say("whoPaidAt", { number: accountNumber }),
        fields: [{ name: "phone", label: say("phone"), type: "tel", required: true }],
        submitText: say("assignToPhone"),
        submit: (values, key) => {
          const owner = accountNumber === null ? values : { ...values, accountNumber };
          return assignReceipt(receipt, owner, key);
        },
        done: () => {
          this.assignment = null;
          this.#actions.notify(say("moneyAssigned"));
          void this.#items.reload();
        },
      }),
    );
  }

  #claimForm() {
    return formCard({
      intro: say("claimWhy"),
      fields: [
        {
          name: "receipt",
          label: say("receipt"),
          type: "textarea",
          required: true,
          hint: say("pasteMessage"),
          value: this.#address.values.receipt,
        },
        { name: "phone", label: say("phone"), type: "tel" },
      ],
      submitText: say("alreadyPaid"),
      submit: (values, key) => claimReceipt(withoutEmpty(values), key),
      done: ({ outcome, paymentId }: ClaimResult) => {
        this.#items.toggleAdding();
        this.claimedPaymentId = paymentId;
        this.#actions.notify(say(claimOutcomes[outcome]));
        void this.#items.reload();
      },
    });
  }
}
customElements.define("review-page", ReviewPage);

const because = (reason: string): string => word("because", reason.replaceAll(" ", "_"));

function what(row: ReviewItem) {
  if (row.kind === "payment") return html`<a href="#/payments/${row.id}">${word("review", row.what)}</a>`;
  if (row.kind === "claim") return claimWords(row.what);
  if (row.kind === "refund") {
    const { state, raw } = refundWords(row.what);
    return html`<a href="#/refunds">${state}</a>${rawText(raw)}`;
  }
  if (row.kind === "unmatched") return unmatchedCallback(row.what);
  if (row.kind !== "suspense" && row.kind !== "frozen") return row.what;
  const account = row.what === "" ? nothing : html` · ${say("account")} <span class="mono">${row.what}</span>`;
  return html`<span class="mono">${row.id}</span>${account}
    ${row.reason === null ? nothing : html`<br /><span class="soft">${because(row.reason)}</span>`}`;
}

/** `stk_callback: reason`: its source, and why it matches nothing. */
function unmatchedCallback(text: string) {
  const [source = "", ...reason] = text.split(": ");
  return html`<a href="#/unmatched-callbacks">${word("source", source)}</a><br /><span class="soft">${unmatchedReason(reason.join(": "))}</span>`;
}
