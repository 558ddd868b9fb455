import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { formCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import "../../components/overlay/copy-button.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import {
  type DocumentLanguage,
  documentPath,
  type IssuedDocument,
  linkDocument,
  mailDocument,
  saveDocument,
  submitDocument,
  textDocument,
} from "../../data/money/documents.ts";
import { dateTime, day, money } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say, word } from "../../strings/strings.ts";
import { fiscalTones } from "./document-columns.ts";
import { creditNoteForm, fiscalReplyForm } from "./document-forms.ts";

type Line = IssuedDocument["lines"][number];

/** One document: what it says, its file, the ways to its customer, what takes it back, and what the tax authority said. */
class DocumentPage extends appElement({
  documentId: property(""),
  open: state<"mail" | "credit-note" | "reply" | null>(null),
  link: state<{ readonly url: string; readonly expiresAtMs: number } | null>(null),
}) {
  readonly #document = new ReadController<IssuedDocument>(this, {
    path: () => documentPath(this.documentId),
    topics: ["payment"],
  });
  readonly #lines = new ListController<Line>(this, {
    read: async () => {
      if (this.#document.value === null) await this.#document.reload();
      return { items: this.#document.value?.lines ?? [], nextCursor: null };
    },
    topics: [],
    isOfThing: true,
  });
  readonly #actions = new PageActions(this, () => this.#document.reload());

  override render() {
    return html`<div class="head"><h1>${this.#document.value?.number ?? say("document")}</h1></div>
      ${this.#document.render((document) => this.#body(document))}`;
  }

  #body(document: IssuedDocument) {
    return html`<div class="two">
        <section class="card pad">${this.#facts(document)}</section>
        <section class="card pad">${this.#amounts(document)}</section>
      </div>
      ${this.#buttons(document)} ${this.#linkCard()} ${this.#form(document)}
      <h2 class="between">${say("documentLines")}</h2>
      ${listCard(this.#lines, {
        title: say("documentLines"),
        emptyText: say("nothingYet"),
        columns: [
          { label: say("lineWhat"), cell: (line) => html`<span class="roomy">${this.#named(line)}</span>` },
          { label: say("quantity"), numeric: true, cell: (line) => line.quantity },
          { label: say("treatment"), cell: (line) => word("treatment", line.treatment) },
          { label: say("netAmount"), numeric: true, cell: (line) => money(line.netCents, document.currency) },
          { label: say("exciseDuty"), numeric: true, cell: (line) => money(line.exciseCents, document.currency) },
          { label: say("vat"), numeric: true, cell: (line) => money(line.vatCents, document.currency) },
          { label: say("total"), numeric: true, lead: true, cell: (line) => money(line.totalCents, document.currency) },
        ],
      })}
      ${this.#fiscal(document)}`;
  }

  #named({ kind, name, period }: Line) {
    const kindWord = word("docLine", kind);
    const isPlan = kind === "plan" || kind === "plan-change" || kind === "sales" || kind === "refunds";
    const called = name === "" ? kindWord : `${kindWord}: ${isPlan ? planTitle(name) : name}`;
    if (period === null) return called;
    const { zone } = this.app;
    return html`${called}<br /><span class="soft">${day(period.fromDay, zone)} – ${day(period.untilDay, zone)}</span>`;
  }

  #facts(document: IssuedDocument) {
    const { zone } = this.app;
    const customer =
      document.customerId === null
        ? (document.customerName ?? say("walkIn"))
        : html`<a href="#/customers/${document.customerId}">${document.customerName}</a>`;
    return facts([
      [say("documentKind"), word("docKind", document.kind)],
      [say("customerName"), customer],
      document.customerPin === null ? null : [say("taxPin"), document.customerPin],
      [say("issuedOn"), day(document.issuedOn, zone)],
      [say("suppliedOn"), day(document.suppliedOn, zone)],
      document.reason === null ? null : [say("documentReason"), word("docLine", document.reason)],
      document.refersTo === null
        ? null
        : [
            say("takesBack"),
            html`<a class="mono" href="#/documents/${document.refersTo.documentId}">${document.refersTo.number}</a>`,
          ],
      document.creditNotes.length === 0
        ? null
        : [
            say("creditNotes"),
            html`${document.creditNotes.map(
              (note) => html`<a class="mono" href="#/documents/${note.documentId}">${note.number}</a> `,
            )}`,
          ],
    ]);
  }

  #amounts({ netCents, exciseCents, vatCents, totalCents, leftCents, kind, currency }: IssuedDocument) {
    return html`<p class="big">${money(totalCents, currency)}</p>
      ${facts([
        [say("netAmount"), money(netCents, currency)],
        [say("exciseDuty"), money(exciseCents, currency)],
        [say("vat"), money(vatCents, currency)],
        kind === "tax-invoice" && leftCents !== totalCents ? [say("leftOfIt"), money(leftCents, currency)] : null,
      ])}`;
  }

  #buttons(document: IssuedDocument) {
    const save = (language: DocumentLanguage) => () =>
      this.#actions.run(`pdf-${language}`, () => saveDocument(document.documentId, document.number, language));
    const maySend = this.may("payments.manage") && document.kind !== "sales-summary";
    return html`<p class="row between">
      <button class="primary" @click=${save("en")}>${say("pdfEnglish")}</button>
      <button @click=${save("sw")}>${say("pdfSwahili")}</button>
      ${
        maySend
          ? html`<button @click=${() => (this.open = "mail")}>${say("sendByMail")}</button>
              <button @click=${this.#text}>${say("sendLinkBySms")}</button>
              <button @click=${this.#makeLink}>${say("makeDocumentLink")}</button>`
          : nothing
      }
      ${
        this.mayAsOwn("ledger.manage") && document.leftCents > 0
          ? html`<button class="quiet danger" @click=${() => (this.open = "credit-note")}>${say("giveCreditNote")}</button>`
          : nothing
      }
    </p>`;
  }

  readonly #text = () =>
    this.#actions.run(
      "sms",
      (key) => textDocument(this.documentId, key),
      ({ to }) => say("sentTo", { to }),
    );

  readonly #makeLink = () =>
    this.#actions.run(
      "link",
      () => linkDocument(this.documentId),
      (link) => {
        this.link = link;
        return say("documentLink");
      },
    );

  #linkCard() {
    if (this.link === null) return nothing;
    const { url, expiresAtMs } = this.link;
    return html`<section class="card pad panel" role="status">
      <h2>${say("documentLink")}</h2>
      <p class="soft">${say("documentLinkUntil", { time: dateTime(expiresAtMs, this.app.zone) })}</p>
      <pre class="mono secret">${url}</pre>
      <div class="row">
        <copy-button text=${url} label=${say("copy")}></copy-button>
        <button class="quiet" @click=${() => (this.link = null)}>${say("close")}</button>
      </div>
    </section>`;
  }

  #form(document: IssuedDocument) {
    const { open } = this;
    if (open === null) return nothing;
    const ends = (text: string) => ({
      done: () => {
        this.open = null;
        this.#actions.notify(text);
        void this.#document.reload();
      },
      cancel: () => (this.open = null),
    });
    if (open === "credit-note") return keyed(open, creditNoteForm(document, ends(say("saved"))));
    if (open === "reply") return keyed(open, fiscalReplyForm(document, ends(say("saved"))));
    return keyed(
      open,
      formCard({
        title: say("sendByMail"),
        fields: [{ name: "email", label: say("email"), type: "email", hint: say("sendByMailHint") }],
        submitText: say("sendByMail"),
        submit: ({ email }, key) =>
          mailDocument(document.documentId, email === null || email === "" ? {} : { email }, key),
        done: (sent) => {
          this.open = null;
          this.#actions.notify(say("sentTo", { to: (sent as { to: string }).to }));
        },
        cancel: () => (this.open = null),
      }),
    );
  }

  async #submitAnew({ documentId, number: thing }: IssuedDocument) {
    if (await ask(say("notInPortalSure"), say("notInPortal"), { danger: true, thing }))
      await this.#actions.run("submit", () => submitDocument(documentId, { notInPortal: true }));
  }

  #fiscal(document: IssuedDocument) {
    const { fiscal, fiscalState, documentId } = document;
    if (fiscal === null || fiscalState === null) return html`<p class="soft between">${say("fiscalNone")}</p>`;
    const mayAnswer = this.may("ledger.manage") && fiscalState !== "accepted";
    return html`<h2 class="between">${say("fiscal")}: ${word("authority", fiscal.authority)}</h2>
      <section class="card pad panel">
        <span class="badge ${fiscalTones[fiscalState]}">${word("fiscal", fiscalState)}</span>
        ${facts([
          fiscal.reason === null ? null : [say("documentReason"), fiscal.reason],
          fiscal.tries === 0 ? null : [say("state"), say("fiscalTries", { count: fiscal.tries })],
          fiscal.controlUnit === null ? null : [say("controlUnit"), fiscal.controlUnit],
          fiscal.fiscalNumber === null ? null : [say("fiscalNumber"), fiscal.fiscalNumber],
          fiscal.signature === null ? null : [say("fiscalSignature"), fiscal.signature],
          fiscal.typedBy === null ? null : [say("who"), say("typedBy", { name: fiscal.typedBy })],
        ])}
        ${
          mayAnswer
            ? html`<p class="row below">
                <button @click=${() => this.#actions.run("submit", () => submitDocument(documentId))}>${say("submitAgain")}</button>
                <button class="quiet" @click=${() => (this.open = "reply")}>${say("typeFiscalReply")}</button>
                ${
                  fiscalState === "refused" && fiscal.toldNumber !== null
                    ? html`<button class="quiet danger" @click=${() => this.#submitAnew(document)}>${say("notInPortal")}</button>`
                    : nothing
                }
              </p>`
            : nothing
        }
      </section>`;
  }
}
customElements.define("document-page", DocumentPage);
