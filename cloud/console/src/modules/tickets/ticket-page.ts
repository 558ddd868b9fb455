import { css, html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Field, Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { optionsOf } from "../../components/fields/options-of.ts";
import { editCard, formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word, wordOr } from "../../strings/strings.ts";
import {
  addTicketPicture,
  answerTicket,
  type CannedAnswer,
  changeTicket,
  listCanned,
  noteOnTicket,
  setTicketState,
  ticketPath,
  ticketPictureSource,
  type WholeTicket,
} from "./tickets.ts";
import { wordChoices } from "./word-choices.ts";
import "./ticket-beside.ts";
import { kinds, lateBadge, priorities, priorityBadge, stateBadge } from "./ticket-words.ts";

type Entry = WholeTicket["entries"][number];

/** One ticket: what was said and done, the answer, and the customer beside it. */
class TicketPage extends appElement({
  ticketId: property(""),
  open: state<"answer" | "note" | "photo" | null>(null),
  canned: state<readonly CannedAnswer[]>([]),
  /** A ready answer that was chosen: the form begins with it. */
  ready: state(""),
  staff: state<Names>(noNames),
  sites: state<Names>(noNames),
  sources: state<ReadonlyMap<string, string>>(new Map()),
}) {
  readonly #ticket = new ReadController<WholeTicket>(this, {
    path: () => ticketPath(this.ticketId),
    topics: ["ticket"],
  });
  readonly #actions = new PageActions(this, () => this.#ticket.reload());

  static override styles = [
    sharedStyles,
    css`
      ol.said {
        list-style: none;
        margin: 0 0 1rem;
        padding: 0;
        display: grid;
        gap: 0.6rem;
      }
      ol.said li {
        padding: 0.7rem 1rem;
        border-radius: var(--radius-small);
        background: var(--surface);
        border: 1px solid var(--line);
        overflow-wrap: anywhere;
      }
      li.answer {
        margin-left: 1.5rem;
        background: var(--brand-wash);
      }
      li.note {
        background: var(--sun-wash);
      }
      ol.said li.change {
        padding: 0 1rem;
        border: 0;
        background: none;
        color: var(--ink-soft);
      }
      .text {
        white-space: pre-wrap;
        margin: 0.25rem 0 0;
      }
      .photos {
        display: flex;
        flex-wrap: wrap;
        gap: 0.6rem;
        margin: 0 0 1rem;
      }
      .photos img {
        max-width: 100%;
        height: 9rem;
        object-fit: contain;
        border-radius: var(--radius-small);
        border: 1px solid var(--line);
      }
    `,
  ];

  override async firstUpdated() {
    const { user } = this.app;
    [this.staff, this.sites] = await Promise.all([readNames("staff", user), readNames("sites", user)]);
  }

  override render() {
    return html`<div class="head">
        <h1>${this.#ticket.value === null ? say("ticket") : `#${this.#ticket.value.number} ${this.#ticket.value.subject}`}</h1>
      </div>
      ${this.#ticket.render((ticket) => this.#body(ticket))}`;
  }

  #body(ticket: WholeTicket) {
    const mayAnswer = this.may("tickets.answer");
    this.#showPictures(ticket);
    return html`<section class="card pad panel">
        <p class="row">${stateBadge(ticket)} ${lateBadge(ticket)}</p>
        ${facts([
          [say("ticketKind"), word("ticket_kind", ticket.kind)],
          [say("priority"), html`${priorityBadge(ticket)}`],
          [say("assignedTo"), ticket.assignedToName ?? say("nobodyYet")],
          [say("openedBy"), `${ticket.openedByName}, ${dateTime(ticket.createdAtMs, this.app.zone)}`],
          ticket.answeredAtMs === null
            ? [say("answerBy"), dateTime(ticket.answerDueMs, this.app.zone)]
            : [say("answeredAt"), dateTime(ticket.answeredAtMs, this.app.zone)],
          ticket.solveDueMs === null ? null : [say("solveBy"), dateTime(ticket.solveDueMs, this.app.zone)],
        ])}
        ${mayAnswer ? this.#buttons(ticket) : nothing}
      </section>
      ${editCard(this.#ticket, {
        fields: (one) => this.#fields(one),
        submit: (values, etag) => changeTicket(this.ticketId, changeOf(values), etag),
        done: () => {
          this.#ticket.endEdit();
          void this.#ticket.reload();
        },
      })}
      <ol class="said">${ticket.entries.map((entry) => this.#entry(entry))}</ol>
      ${this.#pictures(ticket)} ${mayAnswer ? this.#forms(ticket) : nothing}
      <ticket-beside .app=${this.app} .customerId=${ticket.customerId ?? ""} .siteId=${ticket.siteId ?? ""}></ticket-beside>`;
  }

  #entry(entry: Entry) {
    const what =
      entry.what === null
        ? nothing
        : html` ${word("ticket_what", entry.what)}: <strong>${wordOr(kindOf(entry.what), entry.text, entry.text || say(entry.what === "assigned-to" ? "nobodyYet" : "none"))}</strong>`;
    return html`<li class=${entry.kind}>
      <span class="soft"
        ><strong>${entry.who}</strong> ${word("entry", entry.kind)}${what}
        ${entry.ways.length === 0 ? nothing : `(${entry.ways.map((way) => word("sentBy", way)).join(", ")})`}
        · ${dateTime(entry.atMs, this.app.zone)}</span
      >
      ${entry.what === null ? html`<p class="text">${entry.text}</p>` : nothing}
    </li>`;
  }

  #pictures(ticket: WholeTicket) {
    if (ticket.pictures.length === 0) return nothing;
    return html`<div class="photos">
      ${ticket.pictures.map(
        (one) =>
          html`<img src=${this.sources.get(one.ticketPictureId) ?? "data:,"} alt="${say("photoFile")}, ${one.who}" title=${one.who} />`,
      )}
    </div>`;
  }

  #showPictures(ticket: WholeTicket): void {
    const missing = ticket.pictures.filter(({ ticketPictureId }) => !this.sources.has(ticketPictureId));
    if (missing.length === 0) return;
    // Marked at once, so that the next drawing does not ask for them again.
    for (const one of missing) (this.sources as Map<string, string>).set(one.ticketPictureId, "data:,");
    for (const one of missing)
      void ticketPictureSource(this.ticketId, one).then(
        (source) => (this.sources = new Map([...this.sources, [one.ticketPictureId, source]])),
        () => {},
      );
  }

  #buttons(ticket: WholeTicket) {
    const live = ticket.state !== "solved" && ticket.state !== "closed";
    const to = (next: WholeTicket["state"], text: string) =>
      html`<button
        ?disabled=${this.#actions.busy !== ""}
        @click=${() => this.#actions.run(next, () => setTicketState(this.ticketId, next))}
      >
        ${text}
      </button>`;
    const mine = ticket.assignedTo === this.app.user.userId;
    return html`<p class="row below">
      ${mine || !live ? nothing : html`<button @click=${() => this.#take()}>${say("assignMe")}</button>`}
      ${live ? to("solved", say("markSolved")) : to("reopened", say("markOpen"))}
      ${ticket.state === "solved" ? to("closed", say("markClosed")) : nothing}
      ${ticket.state === "open" || ticket.state === "reopened" ? to("waiting", say("markWaiting")) : nothing}
      <button class="quiet" aria-expanded=${this.#ticket.edited !== null} @click=${() => this.#ticket.toggleEdit()}>${say("edit")}</button>
    </p>`;
  }

  #take() {
    const { userId } = this.app.user;
    return this.#actions.run("take", () => changeTicket(this.ticketId, { assignedTo: userId }, null));
  }

  #forms(ticket: WholeTicket) {
    if (this.open === null)
      return html`<p class="row panel">
        <button class="primary" @click=${() => this.#openAnswer()}>${say("answerCustomer")}</button>
        <button @click=${() => (this.open = "note")}>${say("addNote")}</button>
        <button @click=${() => (this.open = "photo")}>${say("addPhoto")}</button>
      </p>`;
    const shared = {
      done: () => {
        this.open = null;
        this.ready = "";
        this.#actions.notify(say("saved"));
        void this.#ticket.reload();
      },
      cancel: () => (this.open = null),
    };
    const form = this.#formOf(this.open, ticket);
    return html`${this.open === "answer" ? this.#cannedRow(ticket) : nothing} ${keyed(`${this.open}${this.ready}`, formCard({ ...form, ...shared }))}`;
  }

  #cannedRow(ticket: WholeTicket) {
    if (this.canned.length === 0) return nothing;
    return html`<p class="row" role="group" aria-label=${say("takeReady")}>
      <span class="soft">${say("takeReady")}</span>
      ${this.canned.map(
        (one) =>
          html`<button class="chip" @click=${() => (this.ready = this.#filled(one.text, ticket))}>${one.name}</button>`,
      )}
    </p>`;
  }

  /** What is put in is never looked through again. */
  #filled(text: string, ticket: WholeTicket): string {
    const values: Readonly<Record<string, string>> = {
      name: ticket.customerName ?? "",
      number: String(ticket.number),
      site: ticket.siteName ?? "",
      staff: this.app.user.name,
      provider: this.app.providerName,
    };
    return text.replaceAll(/\{([a-z]+)\}/g, (whole, name: string) => values[name] ?? whole);
  }

  async #openAnswer() {
    this.open = "answer";
    this.canned = await listCanned().catch(() => []);
  }

  #formOf(open: "answer" | "note" | "photo", ticket: WholeTicket) {
    switch (open) {
      case "answer":
        return {
          title: say("answerCustomer"),
          fields: answerFields(ticket, this.ready),
          submitText: say("sendAnswer"),
          submit: (values: Values, key: string) => answerTicket(this.ticketId, answerOf(values), key),
        };
      case "note":
        return {
          title: say("addNote"),
          intro: say("noteWhy"),
          fields: [{ name: "text", label: say("noteText"), type: "textarea", required: true }] satisfies Field[],
          submitText: say("addNote"),
          submit: (values: Values, key: string) => noteOnTicket(this.ticketId, String(values.text), key),
        };
      default:
        return {
          title: say("addPhoto"),
          fields: [
            {
              ...({ name: "file", label: say("photoFile"), type: "file", isBinary: true, required: true } as const),
              accept: ".png,.jpg,.jpeg,.webp,image/png,image/jpeg,image/webp",
            },
            { name: "isInternal", label: say("photoInternal"), type: "checkbox", value: false },
          ] satisfies Field[],
          submitText: say("addPhoto"),
          submit: (values: Values, key: string) =>
            addTicketPicture(this.ticketId, { file: String(values.file), isInternal: values.isInternal === true }, key),
        };
    }
  }

  #fields(ticket: WholeTicket): Field[] {
    const none = { value: "", label: say("none") };
    return [
      { name: "subject", label: say("subject"), required: true, value: ticket.subject },
      {
        name: "kind",
        label: say("ticketKind"),
        type: "select",
        value: ticket.kind,
        options: wordChoices("ticket_kind", kinds),
      },
      {
        name: "priority",
        label: say("priority"),
        type: "select",
        value: ticket.priority,
        options: wordChoices("priority", priorities),
      },
      {
        ...({ name: "assignedTo", label: say("assignedTo"), type: "select", value: ticket.assignedTo ?? "" } as const),
        options: [{ value: "", label: say("nobodyYet") }, ...optionsOf(this.staff)],
      },
      {
        ...({ name: "siteId", label: say("site"), type: "select", value: ticket.siteId ?? "" } as const),
        options: [none, ...optionsOf(this.sites)],
      },
    ];
  }
}
customElements.define("ticket-page", TicketPage);

const kindOf = (what: string): string =>
  what === "state" ? "ticket_state" : what === "priority" ? "priority" : what === "kind" ? "ticket_kind" : "none";

const orNull = (value: Values[string]) => (value == null || value === "" ? null : value);
const changeOf = (values: Values) => ({
  subject: values.subject,
  kind: values.kind,
  priority: values.priority,
  assignedTo: orNull(values.assignedTo ?? null),
  siteId: orNull(values.siteId ?? null),
});

function answerFields(ticket: WholeTicket, text: string): Field[] {
  return [
    { name: "text", label: say("answerText"), type: "textarea", required: true, value: text, hint: say("answerHint") },
    ...(ticket.reachable.includes("sms")
      ? [{ name: "sms", label: say("alsoSms"), type: "checkbox", value: true } as const]
      : []),
    ...(ticket.reachable.includes("email")
      ? [{ name: "email", label: say("alsoEmail"), type: "checkbox", value: false } as const]
      : []),
    {
      name: "state",
      label: say("thenState"),
      type: "select",
      value: "waiting",
      options: [
        { value: "waiting", label: word("ticket_state", "waiting") },
        { value: "solved", label: word("ticket_state", "solved") },
        { value: "", label: say("thenStays") },
      ],
    },
  ];
}

const answerOf = (values: Values) => ({
  text: values.text,
  ways: (["sms", "email"] as const).filter((way) => values[way] === true),
  state: orNull(values.state ?? null),
});
