import { css, html, nothing } from "lit";
import { writeAddress } from "../../address.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { type GrantView, readGrant } from "../../data/catalogue/grants.ts";
import { listSessions, type Session } from "../../data/catalogue/sessions.ts";
import { receiptOfPayment, saveDocument } from "../../data/money/documents.ts";
import { isImmediate, type PaymentDetail, resolvePayment, verifyPayment } from "../../data/money/payments.ts";
import type { Refund } from "../../data/money/refunds.ts";
import { hubPath } from "../../hub/hub-path.ts";
import { byteSize, dateTime, money, plainAddress } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { locale, say, word } from "../../strings/strings.ts";
import { refundsOfSale } from "../refunds/refunds-of-sale.ts";
import { decidedText, whyItWaits } from "../refunds/silent-sites.ts";
import { sessionTable } from "../sessions/session-table.ts";
import { paymentBadge } from "./payment-columns.ts";
import "./help-customer.ts";
import "./refund-form.ts";

/** One payment: the money, the evidence for it, the grant it became and the sessions that used it. */
class PaymentPage extends appElement({
  paymentId: property(""),
  grant: state<GrantView | null>(null),
  sessions: state<readonly Session[]>([]),
  asked: state(false),
  refunding: state(false),
}) {
  readonly #actions = new PageActions(this);
  readonly #payment = new ReadController<PaymentDetail>(this, {
    path: () => hubPath("/api/v1/payments/{id}", { id: this.paymentId }),
    topics: ["payment", "grant", "session"],
  });
  /** What the grant and the sessions were read for. */
  #readFor: unknown = null;

  override updated() {
    const payment = this.#payment.value;
    if (payment === this.#readFor || payment === null) return;
    this.#readFor = payment;
    void this.#readUse(payment);
  }

  async #readUse({ grantId }: PaymentDetail) {
    if (grantId === null || !this.may("grants.read")) return;
    this.grant = await readGrant(grantId).catch(() => this.grant);
    this.sessions = await listSessions({ cursor: null, limit: 20 }, { grantId }).then(
      ({ items }) => items,
      () => this.sessions,
    );
  }

  static override styles = [
    sharedStyles,
    css`
      ol {
        list-style: none;
        margin: 0.9rem 0 0;
        padding: 0;
        display: grid;
        gap: 0.9rem;
      }
      li {
        padding-left: 1.1rem;
        border-left: 3px solid var(--brand);
        overflow-wrap: anywhere;
      }
      li.unmatched,
      li.parked {
        border-color: var(--warn);
      }
      .why {
        margin-top: 0.7rem;
      }
      section + section.card {
        margin-top: 1rem;
      }
      .two section + section.card {
        margin-top: 0;
      }
      .sessions {
        margin-bottom: 1rem;
      }
    `,
  ];

  override render() {
    const payment = this.#payment.value;
    return html`<div class="head">
        <h1>
          ${say("payment")} ${payment === null ? nothing : html`<span class="mono">${payment.receipt ?? payment.reference}</span>`}
        </h1>
      </div>
      ${this.#payment.render((value) => this.#body(value))}`;
  }

  #body(payment: PaymentDetail) {
    return html`${this.#refund(payment)}
      <div class="two">
        <section class="card pad">${this.#money(payment)}</section>
        <section class="card pad">${this.#grantCard(payment)}</section>
      </div>
      ${
        this.sessions.length === 0
          ? nothing
          : html`<section class="card sessions">
              <h2 class="pad">${say("sessions")}</h2>
              ${sessionTable(this.sessions, this.app, true)}
            </section>`
      }
      ${
        // A code of what was refunded and ended opens nothing any more: nobody sends or prints it.
        this.grant?.state === "revoked"
          ? nothing
          : html`<help-customer .app=${this.app} .payment=${payment} @changed=${() => void this.#payment.reload()}></help-customer>`
      }
      ${refundsOfSale(payment, this.app.zone)} ${isImmediate(payment) ? this.#history(payment) : this.#evidence(payment)}`;
  }

  #money(payment: PaymentDetail) {
    const { zone } = this.app;
    const credited = payment.receipts.reduce((sum, row) => sum + row.creditCents, 0);
    return html`<div class="big">${money(payment.amountCents, payment.currency)}</div>
      <p class="row">
        ${paymentBadge(payment)}
        ${
          payment.state.startsWith("paid") && !isImmediate(payment)
            ? html`<span class="badge ${payment.verified ? "good" : "warn"}">${verifiedText(payment)}</span>`
            : nothing
        }
      </p>
      ${payment.reason === null ? nothing : html`<p class="why">${word("reason", payment.reason)}</p>`}
      ${payment.review === null ? nothing : html`<p class="why badge warn">${word("review", payment.review)}</p>`}
      ${facts([
        [say("receipt"), payment.receipt === null ? null : html`<span class="mono">${payment.receipt}</span>`],
        [say("reference"), html`<span class="mono">${payment.reference}</span>`],
        payment.code === null && payment.codeEnd !== null
          ? [say("code"), html`<span class="mono">…${payment.codeEnd}</span>`]
          : null,
        [say("phone"), payment.phone === null ? say("noPhoneGiven") : html`<span class="mono">${payment.phone}</span>`],
        [say("plan"), planTitle(payment.planName)],
        [say("site"), payment.siteName],
        payment.soldBy === null ? null : [say("soldBy"), payment.soldBy],
        payment.creditCents === 0 ? null : [say("ofItFromCredit"), money(payment.creditCents, payment.currency)],
        [say("time"), dateTime(payment.createdAtMs, zone)],
        payment.provenance === null ? null : [say("provenance"), word("provenance", payment.provenance)],
        payment.pendingCents === 0 ? null : [say("pendingMoney"), money(payment.pendingCents, payment.currency)],
        payment.refundedCents === 0 ? null : [say("refundedSoFar"), money(payment.refundedCents, payment.currency)],
        credited === 0 ? null : [say("toCredit"), html`${money(credited, payment.currency)}${this.#payOut()}`],
      ])}
      <p class="row below">${this.#buttons(payment)}</p>`;
  }

  /** What was paid too much can be handed back in cash. Its number is half hidden here, and is typed there. */
  #payOut() {
    if (!this.mayAsOwn("ledger.manage")) return nothing;
    const href = writeAddress({ path: "corrections", query: { correct: "pay-out-credit" } });
    return html`<br /><a href=${href}>${say("correction_pay_out_credit")}</a>`;
  }

  /** It is made when it is first wanted, and saved as a PDF in the reader's language. */
  #receipt(paymentId: string) {
    return this.#actions.run("receipt", async () => {
      const { documentId, number } = await receiptOfPayment(paymentId);
      await saveDocument(documentId, number, locale());
    });
  }

  #buttons(payment: PaymentDetail) {
    const { permissions } = this.app.user;
    const isRefundable = payment.state === "paid" && payment.receipt !== null && leftToRefund(payment) > 0;
    return html`${
      permissions.includes("payments.verify") && !isImmediate(payment)
        ? html`<button @click=${this.#verify} ?disabled=${this.#actions.busy !== ""}>${say("verify")}</button>`
        : nothing
    }
    ${
      permissions.includes("payments.verify") && permissions.includes("ledger.read") && payment.state === "paid"
        ? html`<button ?disabled=${this.#actions.busy !== ""} @click=${() => this.#receipt(payment.id)}>${say("docKind_receipt")}</button>`
        : nothing
    }
    ${
      this.mayAsOwn("payments.manage") && isRefundable
        ? html`<button aria-expanded=${this.refunding} @click=${() => (this.refunding = !this.refunding)}>
            ${say("requestRefund")}
          </button>`
        : nothing
    }
    ${
      this.mayAsOwn("ledger.manage") && isRefundable && !isImmediate(payment)
        ? html`<a
            class="button"
            href=${writeAddress({ path: "corrections", query: { correct: "move-receipt", receipt: payment.receipt ?? "" } })}
            >${say("moveToCustomer")}</a
          >`
        : nothing
    }
    ${
      permissions.includes("payments.manage") && payment.review !== null
        ? html`<button
            @click=${() =>
              this.#actions.run(
                "resolve",
                (key) => resolvePayment(payment.id, say("reviewedNote"), key),
                () => this.#again(),
              )}
          >
            ${say("resolve")}
          </button>`
        : nothing
    }`;
  }

  #refund(payment: PaymentDetail) {
    if (!this.refunding || leftToRefund(payment) === 0) return nothing;
    return html`<refund-form
      .payment=${payment}
      @done=${(event: CustomEvent<Refund>) => {
        this.refunding = false;
        this.#actions.notify(whyItWaits(event.detail) ?? decidedText(event.detail));
        void this.#payment.reload();
      }}
    ></refund-form>`;
  }

  #grantCard(payment: PaymentDetail) {
    const grant = this.grant;
    const { zone } = this.app;
    if (payment.grantId === null) return html`<h2>${say("grant")}</h2><p class="soft">${say("noGrantYet")}</p>`;
    // It is being read, could not be read, or is not for this user: it is there all the same.
    if (grant === null)
      return html`<h2>${say("grant")}</h2>${this.may("grants.read") ? html`<div class="bone" aria-busy="true"></div>` : nothing}`;
    const waits = payment.state === "paid" && grant.state === "waiting";
    return html`<h2>${say("grant")}</h2>
      <p class="row why"><span class="badge ${grant.state === "revoked" ? "bad" : grant.state === "running" ? "good" : ""}">${word("grant", grant.state)}</span></p>
      ${facts([
        [say("plan"), planTitle(grant.planName)],
        [say("started"), grant.startedAtMs === null ? say("notStarted") : dateTime(grant.startedAtMs, zone)],
        [say("ends"), grant.endsAtMs === null ? null : dateTime(grant.endsAtMs, zone)],
        [say("used"), byteSize(grant.usedBytes)],
      ])}
      ${waits ? html`<p class="soft why">${say("waitsForDevice")}</p>` : nothing}`;
  }

  /** Nobody was asked about a sale for cash or from credit: who sold it, where and when is all there is. */
  #history(payment: PaymentDetail) {
    const { zone } = this.app;
    const { soldBy: name, siteName: site } = payment;
    const startedAtMs = this.grant?.startedAtMs ?? null;
    return html`<section class="card pad">
      <h2>${say("saleHistory")}</h2>
      <ol>
        <li>
          <strong>${say(payment.channelKind === "cash" ? "soldInCash" : "soldFromCredit")}</strong>
          <span class="soft">${dateTime(payment.createdAtMs, zone)}</span><br />
          ${name === null ? say("soldAt", { site }) : say("soldByAt", { name, site })}
        </li>
        ${
          startedAtMs === null
            ? nothing
            : html`<li>
                <strong>${say("firstUsed")}</strong> <span class="soft">${dateTime(startedAtMs, zone)}</span>
              </li>`
        }
      </ol>
    </section>`;
  }

  #evidence(payment: PaymentDetail) {
    return html`<section class="card pad">
      <h2>${say("evidence")}</h2>
      <p class="soft">${say("evidenceWhy")}</p>
      ${
        payment.evidence.length === 0
          ? html`<p class="below">${say("noEvidence")}</p>`
          : html`<ol>
              ${payment.evidence.map(
                (row) => html`<li class=${row.state}>
                  <strong>${word("source", row.source)}</strong>
                  <span class="soft">${dateTime(row.receivedAtMs, this.app.zone)}</span><br />
                  ${row.enteredBy === null ? nothing : html`${say("enteredBy", { name: row.enteredBy })}<br />`}
                  ${row.note === null ? nothing : html`${row.note}<br />`} <span class="soft">${word("evidence", row.state)}</span>
                  <details>
                    <summary>${say("evidenceRaw")}</summary>
                    ${facts([
                      [say("evidenceOutcome"), row.outcome === null ? null : outcomeText(row.outcome)],
                      [
                        say("address"),
                        row.remoteAddress === null
                          ? null
                          : html`<span class="mono">${plainAddress(row.remoteAddress)}</span>`,
                      ],
                    ])}
                  </details>
                </li>`,
              )}
            </ol>`
      }
    </section>`;
  }

  #verify() {
    return this.#actions.run(
      "verify",
      () => verifyPayment(this.paymentId),
      async ({ asked, retryAfterSeconds }) => {
        await this.#payment.reload();
        if (asked) return say("verifying");
        return retryAfterSeconds === null ? say("cannotAsk") : say("askLater", { count: retryAfterSeconds });
      },
    );
  }

  async #again(): Promise<string> {
    await this.#payment.reload();
    return say("saved");
  }
}
customElements.define("payment-page", PaymentPage);

/** A statement or a list showed the money by itself; any other proof is an answer to a question. */
function verifiedText({ verified, provedBy }: PaymentDetail): string {
  if (!verified) return say("notVerified");
  return provedBy === "statement" || provedBy === "pull" ? say(`verifiedBy_${provedBy}`) : say("verified");
}

/** Refunds that were asked for, or are on their way, count as refunded. */
function leftToRefund({ amountCents, refunds }: PaymentDetail): number {
  const gone = refunds.filter(({ state }) => !["refused", "failed"].includes(state));
  return Math.max(0, amountCents - gone.reduce((sum, each) => sum + each.amountCents, 0));
}

/** `failed: not-sent`, as the hub keeps it, in words. */
function outcomeText(outcome: string): string {
  const [state = "", reason] = outcome.split(": ");
  return reason === undefined ? word("state", state) : `${word("state", state)}: ${word("reason", reason)}`;
}
