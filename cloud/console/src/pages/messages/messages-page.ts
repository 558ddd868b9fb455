import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import { state } from "../../components/element-with.ts";
import { PageActions } from "../../components/page-actions.ts";
import { rawText } from "../../components/raw-text.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { stateFilter } from "../../components/table/list-filters.ts";
import { listPage } from "../../components/table/list-page.ts";
import { listMessages, type Message, readMessage, resendMessage, sendMessage } from "../../data/messaging/messages.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "./mails-card.ts";
import { type OpenText, openText } from "./open-text.ts";
import "./senders-card.ts";

const tones: Record<Message["state"], string> = {
  waiting: "warn",
  sending: "warn",
  accepted: "warn",
  delivered: "good",
  failed: "bad",
  unknown: "bad",
  skipped: "",
};

/** Text messages: to whom they went, what became of them, and which senders send them. */
class MessagesPage extends appElement({ open: state<OpenText | null>(null) }) {
  readonly #messages = new ListController<Message, "state" | "phone" | "from" | "to">(this, {
    read: (query, { state, phone, ...days }) =>
      listMessages(query, { state, phone, ...momentsOf(days, this.app.zone.utcOffsetMinutes) }),
    topics: ["message"],
    filters: ["state", "phone", "from", "to"],
    isCounted: true,
  });
  readonly #actions = new PageActions(this, () => this.#messages.reload());

  override render() {
    const maySend = this.may("messages.manage");
    return listPage(this.#messages, {
      title: say("messages"),
      emptyText: say("noMessages"),
      name: "messages",
      above: this.open === null ? nothing : openText(this.open, () => (this.open = null)),
      narrow: [
        stateFilter("message", ["waiting", "sending", "accepted", "delivered", "failed", "unknown", "skipped"]),
        { name: "phone", label: say("phone"), placeholder: "07…", inputmode: "tel" },
        { days: this.app.zone },
      ],
      add: this.mayAsOwn("messages.manage") && {
        text: say("writeMessage"),
        submitText: say("send"),
        fields: [
          { name: "phone", label: say("phone"), type: "tel", required: true },
          { name: "text", label: say("messageText"), type: "textarea", required: true },
        ],
        submit: (values, key) => sendMessage(values, key),
        done: () => this.#actions.notify(say("messageQueued")),
      },
      columns: [
        { label: say("time"), cell: (row) => dateTime(row.createdAtMs, this.app.zone) },
        { label: say("phone"), cell: (row) => html`<span class="mono">${row.to}</span>` },
        { label: say("what"), cell: (row) => word("template", row.template) },
        {
          label: say("state"),
          cell: (row) =>
            html`<span class="badge ${tones[row.state]}">${word("message", row.state)}</span>${rawText(row.problem)}`,
        },
        { label: say("tries"), numeric: true, cell: (row) => row.tries },
      ],
      buttons:
        maySend &&
        ((row) =>
          html`<span class="row"
            ><button @click=${() => this.#read(row)}>${say("readText")}</button>
            ${
              row.state === "waiting" || row.state === "sending"
                ? nothing
                : html`<button class="quiet" @click=${() => this.#resend(row)}>${say("sendAgain")}</button>`
            }</span
          >`),
      below: html`${this.may("users.manage") ? html`<mails-card .app=${this.app}></mails-card>` : nothing}
        <h2 class="between">${say("senders")}</h2>
        <senders-card .app=${this.app}></senders-card>`,
    });
  }

  #read({ id, to, template }: Message) {
    return this.#actions.run(
      `read/${id}`,
      () => readMessage(id),
      ({ text }) => {
        this.open = { title: `${to}: ${word("template", template)}`, text };
        return "";
      },
    );
  }

  #resend(row: Message) {
    return this.#actions.run(
      `resend/${row.id}`,
      (key) => resendMessage(row.id, key),
      () => say("messageQueued"),
    );
  }
}
customElements.define("messages-page", MessagesPage);
