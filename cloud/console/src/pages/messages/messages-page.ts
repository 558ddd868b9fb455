import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { ListController } from "../../components/list-controller.ts";
import { listPage } from "../../components/list-page.ts";
import { PageActions } from "../../components/page-actions.ts";
import { listMessages, type Message, resendMessage, sendMessage } from "../../data/messaging/messages.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "./senders-card.ts";

const tones: Record<Message["state"], string> = { waiting: "warn", accepted: "warn", delivered: "good", failed: "bad" };

/** Text messages: to whom they went, what became of them, and which senders send them. */
class MessagesPage extends appElement() {
  readonly #messages = new ListController<Message>(this, { read: listMessages, topics: ["payment"] });
  readonly #actions = new PageActions(this, () => this.#messages.reload());

  override render() {
    const maySend = this.may("messages.manage");
    return listPage(this.#messages, {
      title: say("messages"),
      emptyText: say("noMessages"),
      above: this.#actions.notice(),
      add: maySend && {
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
            html`<span class="badge ${tones[row.state]}">${word("message", row.state)}</span>${row.problem === null ? nothing : html`<br /><span class="soft">${row.problem}</span>`}`,
        },
        { label: say("tries"), numeric: true, cell: (row) => row.tries },
      ],
      buttons:
        maySend &&
        ((row) =>
          row.state === "waiting"
            ? nothing
            : html`<button class="quiet" @click=${() => this.#resend(row)}>${say("sendAgain")}</button>`),
      below: html`<h2 class="between">${say("senders")}</h2>
        <senders-card .app=${this.app}></senders-card>`,
    });
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
