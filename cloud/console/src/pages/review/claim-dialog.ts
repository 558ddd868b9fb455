import "@awesome.me/webawesome/dist/components/dialog/dialog.js";
import { css, html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { withoutEmpty } from "../../components/fields/without-empty.ts";
import { formCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import "../../components/overlay/web-awesome.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { type ClaimDetail, linkClaim, readClaim, turnDownClaim } from "../../data/money/claims.ts";
import { claimReceipt } from "../../data/money/review.ts";
import { dateTime, money } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say, word } from "../../strings/strings.ts";
import { enteredForm } from "../payments/entered-form.ts";

type Form = "seen" | "give" | "turn-down" | "link";

/** One claim: what is known of it, and what can be done. It says `decided` when it is done with, and `closed` when it is shut. */
class ClaimDialog extends appElement({
  claimId: property(""),
  form: state<Form | null>(null),
  isOpen: state(false),
  /** The money to link, where its owner's phone must be typed first. */
  linked: state(""),
}) {
  readonly #actions = new PageActions(this);
  readonly #claim = new ReadController<ClaimDetail>(this, { read: () => readClaim(this.claimId) });

  static override styles = [
    sharedStyles,
    css`
      wa-dialog {
        --width: 560px;
        --spacing: 1.2rem;
      }
      wa-dialog::part(dialog) {
        border-top: 5px solid var(--sun);
      }
    `,
  ];

  override firstUpdated() {
    // It takes the focus only when it opens after it was drawn.
    this.isOpen = true;
  }

  override render() {
    return html`<wa-dialog
      without-header
      label=${say("review_claim")}
      ?open=${this.isOpen}
      @wa-after-hide=${(event: Event) => event.target === event.currentTarget && this.#tell("closed")}
    >
      <div role="dialog" aria-labelledby="title">
        <h2 id="title">${say("claimTitle")}</h2>
        ${this.#claim.render((claim) => this.#body(claim))}
        <p class="row below">
          <button class="quiet" autofocus @click=${() => (this.isOpen = false)}>${say("close")}</button>
        </p>
      </div>
    </wa-dialog>`;
  }

  #body(claim: ClaimDetail) {
    const { zone, currency } = this.app;
    const canEnter = this.may("payments.manage") && claim.channels.length > 0;
    return html`${facts([
      [say("phone"), claim.phone === null ? null : html`<span class="mono">${claim.phone}</span>`],
      [say("receipt"), claim.receipt === null ? null : html`<span class="mono">${claim.receipt}</span>`],
      [say("saidByCustomer"), claim.amountCents === null ? null : money(claim.amountCents, currency)],
      [say("plan"), claim.planName === null ? null : planTitle(claim.planName)],
      [say("payment"), this.#payment(claim)],
      [say("evidence"), claim.outcome === null ? null : word("claimed", claim.outcome.replaceAll(" ", "_"))],
      [say("time"), dateTime(claim.createdAtMs, zone)],
      claim.times > 1 ? [say("saidTimes"), String(claim.times)] : null,
    ])}
    ${this.#money(claim)}
    <p class="row below">
      ${canEnter ? this.#opens("seen", say("seenMoney"), "primary") : nothing}
      ${
        // Where nobody can be asked, it would only be noted once more.
        this.may("payments.verify") && (claim.canBeAsked || !canEnter)
          ? this.#opens("give", say("givePackage"), canEnter ? "" : "primary")
          : nothing
      }
      ${this.may("payments.manage") ? this.#opens("turn-down", say("turnDown"), "danger") : nothing}
    </p>
    ${this.form === null ? nothing : keyed(`${this.form}/${this.linked}`, this.#form(this.form, claim))}`;
  }

  #payment({ paymentId, paymentState }: ClaimDetail) {
    if (paymentId === null || paymentState === null) return null;
    return html`<a href="#/payments/${paymentId}">${word("state", paymentState)}</a>`;
  }

  #opens(form: Form, text: string, tone: string) {
    return html`<button
      class=${tone}
      aria-expanded=${this.form === form}
      ?disabled=${this.#actions.busy !== ""}
      @click=${() => (this.form = this.form === form ? null : form)}
    >
      ${text}
    </button>`;
  }

  #form(form: Form, claim: ClaimDetail) {
    if (form === "link") return this.#linkForm(claim);
    if (form === "seen") return this.#seenForm(claim);
    return form === "give" ? this.#giveForm(claim) : this.#turnDownForm(claim);
  }

  #money({ id, phone, money: found }: ClaimDetail) {
    if (found.length === 0) return html`<p class="soft below">${say("noMoneyForClaim")}</p>`;
    return html`<h3 class="below">${say("moneyForClaim")}</h3>
      ${found.map(({ receipt, amountCents, currency, payer, provenance }) => {
        const what = `${receipt} · ${money(amountCents, currency)}`;
        return html`<p class="row">
          <span><span class="mono">${receipt}</span> · ${money(amountCents, currency)}${payer === null ? "" : ` · ${payer}`}</span>
          <span class="badge ${provenance === "proved" ? "" : "warn"}">${word("provenance", provenance)}</span>
          ${
            this.may("payments.manage")
              ? html`<button ?disabled=${this.#actions.busy !== ""} @click=${() => (phone === null ? this.#askWhose(receipt) : this.#link(id, receipt, what))}>
                  ${say("linkMoney")}
                </button>`
              : nothing
          }
        </p>`;
      })}`;
  }

  #askWhose(receipt: string) {
    this.linked = receipt;
    this.form = "link";
  }

  /** The claim has no phone: who links its money may have to say whose it is. */
  #linkForm({ id }: ClaimDetail) {
    return formCard({
      title: say("linkMoney"),
      intro: say("linkMoneySure", { money: this.linked }),
      fields: [{ name: "phone", label: say("phone"), type: "tel", hint: say("linkMoneyPhone") }],
      submitText: say("linkMoney"),
      submit: (values, key) => linkClaim(id, { receipt: this.linked, ...withoutEmpty(values) }, key),
      done: () => {
        this.#actions.notify(say("moneyAssigned"));
        this.#decided();
      },
      cancel: () => (this.form = null),
    });
  }

  async #link(id: string, receipt: string, what: string) {
    if (!(await ask(say("linkMoneySure", { money: what }), say("linkMoney")))) return;
    const isDone = await this.#actions.run(
      `link/${receipt}`,
      (key) => linkClaim(id, { receipt }, key),
      () => say("moneyAssigned"),
    );
    if (isDone) this.#decided();
  }

  /** The money was seen on the owner's phone: it is entered, and the claim gets it. */
  #seenForm({ id, receipt, amountCents, paymentAmountCents, channels }: ClaimDetail) {
    return enteredForm({
      channels,
      receipt,
      claimId: id,
      currency: this.app.currency,
      amountCents: paymentAmountCents ?? amountCents,
      done: ({ outcome }) => {
        this.#actions.notify(say(`entered_${outcome}`));
        if (outcome === "paid" || outcome === "credit") this.#decided();
        else {
          this.form = null;
          void this.#claim.reload();
        }
      },
      cancel: () => (this.form = null),
    });
  }

  /** The same as "Customer already paid": a person enters what the customer shows. */
  #giveForm(claim: ClaimDetail) {
    return formCard({
      title: say("givePackage"),
      intro: say("givePackageWhy"),
      fields: [
        { name: "receipt", label: say("receipt"), value: claim.receipt, required: true, hint: say("pasteMessage") },
        { name: "phone", label: say("phone"), type: "tel", hint: claim.phone ?? "" },
      ],
      submitText: say("alreadyPaid"),
      submit: (values, key) => {
        const meant = claim.paymentId === null ? {} : { paymentId: claim.paymentId };
        return claimReceipt({ ...withoutEmpty(values), ...meant, claimId: claim.id }, key);
      },
      done: (result) => {
        const { outcome } = result as { outcome: "settled" | "known" | "asked" | "noted" };
        this.#actions.notify(say(claimOutcomes[outcome]));
        if (outcome === "settled" || outcome === "known") this.#decided();
        else this.form = null;
      },
      cancel: () => (this.form = null),
    });
  }

  #turnDownForm({ id }: ClaimDetail) {
    return formCard({
      title: say("turnDown"),
      intro: say("turnDownWhy"),
      fields: [{ name: "reason", label: say("turnDownReason"), required: true }],
      submitText: say("turnDown"),
      submit: ({ reason }) => turnDownClaim(id, String(reason)),
      done: () => {
        this.#actions.notify(say("turnedDown"));
        this.#decided();
      },
      cancel: () => (this.form = null),
    });
  }

  #decided() {
    this.#tell("decided");
    this.isOpen = false;
  }

  #tell(what: "decided" | "closed") {
    this.dispatchEvent(new CustomEvent(what));
  }
}
customElements.define("claim-dialog", ClaimDialog);

const claimOutcomes = {
  settled: "claimSettled",
  known: "claimKnown",
  asked: "claimAsked",
  noted: "claimNoted",
} as const;
