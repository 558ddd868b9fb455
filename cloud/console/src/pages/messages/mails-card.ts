import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { PageActions } from "../../components/page-actions.ts";
import { rawText } from "../../components/raw-text.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { stateFilter } from "../../components/table/list-filters.ts";
import { listCard, listFilters } from "../../components/table/list-page.ts";
import { listMails, type Mail, openMail, resendMail } from "../../data/messaging/mails.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { type OpenText, openText } from "./open-text.ts";

const tones: Record<Mail["state"], string> = { waiting: "warn", sent: "good", failed: "bad" };

/** E-mails to the staff: one that waits for a mail server is read here, or sent again. */
class MailsCard extends appElement({ open: state<OpenText | null>(null) }) {
  readonly #mails = new ListController<Mail, "state">(this, { read: listMails, topics: [], isCounted: true });
  readonly #actions = new PageActions(this, () => this.#mails.reload());

  override render() {
    return html`<h2 class="between">${say("mails")}</h2>
      <p class="soft panel">${say("mailsWhy")}</p>
      ${this.open === null ? nothing : openText(this.open, () => (this.open = null))}
      ${listFilters(this.#mails, [stateFilter("mail", ["waiting", "sent", "failed"])])}
      ${listCard(this.#mails, {
        title: say("mails"),
        emptyText: say("noMails"),
        columns: [
          { label: say("mailSubject"), cell: (row) => html`<strong>${row.subject}</strong>` },
          { label: say("email"), cell: (row) => row.to },
          { label: say("time"), cell: (row) => dateTime(row.createdAtMs, this.app.zone) },
          {
            label: say("state"),
            cell: (row) =>
              html`<span class="badge ${tones[row.state]}">${word("mail", row.state)}</span>${rawText(row.problem)}`,
          },
          { label: say("tries"), numeric: true, cell: (row) => row.tries },
        ],
        buttons: (row) =>
          html`<span class="row"
            >${row.state === "sent" ? nothing : html`<button @click=${() => this.#read(row)}>${say("readText")}</button>`}
            ${row.state === "sent" ? nothing : html`<button class="quiet" @click=${() => this.#resend(row)}>${say("sendAgain")}</button>`}</span
          >`,
      })}`;
  }

  #read({ id, to }: Mail) {
    return this.#actions.run(
      `open/${id}`,
      () => openMail(id),
      ({ subject, text }) => {
        this.open = { title: `${to}: ${subject}`, text };
        return "";
      },
    );
  }

  #resend({ id }: Mail) {
    return this.#actions.run(
      `resend/${id}`,
      () => resendMail(id),
      () => say("mailQueued"),
    );
  }
}
customElements.define("mails-card", MailsCard);
