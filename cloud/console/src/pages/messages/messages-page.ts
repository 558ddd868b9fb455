import { html, nothing } from "lit";
import type { Values } from "../../components/action-form.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard, listHead } from "../../components/list-page.ts";
import { Deeds } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { listMessages, type Message, resendMessage, sendMessage } from "../../data/messaging/messages.ts";
import type { Desk } from "../../desk.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "../../components/action-form.ts";
import "./senders-card.ts";

const tones: Record<Message["state"], string> = { waiting: "warn", accepted: "warn", delivered: "good", failed: "bad" };

/** Text messages: what was sent to whom, what became of it, and who sends them. */
class MessagesPage extends elementWith({
  desk: property<Desk>(),
  writing: state(false),
}) {
  readonly #deeds = new Deeds(this);
  readonly #messages = new ListController<Message>(this, {
    read: listMessages,
    topics: ["payment"],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const maySend = this.desk.user.permissions.includes("messages.manage");
    return html`${listHead(say("messages"), {
      text: say("writeMessage"),
      may: maySend,
      isOpen: this.writing,
      toggle: () => (this.writing = !this.writing),
    })}
      ${this.#deeds.notice()} ${this.writing ? this.#form() : nothing}
      ${listCard(this.#messages, {
        caption: say("messages"),
        emptyText: say("noMessages"),
        columns: [
          { label: say("time"), cell: (row) => dateTime(row.createdAtMs, this.desk.zone) },
          { label: say("phone"), cell: (row) => html`<span class="mono">${row.to}</span>` },
          { label: say("what"), cell: (row) => word("template", row.template) },
          {
            label: say("state"),
            cell: (row) =>
              html`<span class="badge ${tones[row.state]}">${word("message", row.state)}</span>${row.problem === null ? nothing : html`<br /><span class="soft">${row.problem}</span>`}`,
          },
          { label: say("tries"), numeric: true, cell: (row) => row.tries },
          ...(maySend
            ? [
                {
                  label: say("change"),
                  cell: (row: Message) =>
                    row.state === "waiting"
                      ? nothing
                      : html`<button class="quiet" @click=${() => this.#resend(row)}>${say("sendAgain")}</button>`,
                },
              ]
            : []),
        ],
      })}
      <h2 class="between">${say("senders")}</h2>
      <senders-card .desk=${this.desk}></senders-card>`;
  }

  #form() {
    return html`<section class="card pad panel">
      <action-form
        .fields=${[
          { name: "phone", label: say("phone"), type: "tel", required: true },
          { name: "text", label: say("messageText"), type: "textarea", required: true },
        ]}
        submitText=${say("send")}
        .submit=${(values: Values, key: string) => sendMessage(values, key)}
        @done=${() => {
          this.writing = false;
          this.#deeds.tell(say("messageQueued"));
          void this.#messages.reload();
        }}
      ></action-form>
    </section>`;
  }

  async #resend(row: Message) {
    await this.#deeds.run(
      `resend/${row.id}`,
      (key) => resendMessage(row.id, key),
      () => say("messageQueued"),
    );
    await this.#messages.reload();
  }
}
customElements.define("messages-page", MessagesPage);
