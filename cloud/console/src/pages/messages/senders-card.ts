import { html, nothing } from "lit";
import { type Field, type Values, withoutEmpty } from "../../components/action-form.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { Deeds } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { addSender, listSenders, type Sender, switchSender } from "../../data/messaging/messages.ts";
import type { Desk } from "../../desk.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

const kinds = ["africastalking", "advanta", "twilio"] as const;
type Kind = (typeof kinds)[number];

/** Who sends text messages; the newest active one is used. Keys go in and never come out. */
class SendersCard extends elementWith({
  desk: property<Desk>(),
  adding: state(false),
  kind: state<Kind>("africastalking"),
}) {
  readonly #deeds = new Deeds(this);
  readonly #senders = new ListController<Sender>(this, {
    read: () => listSenders(),
    topics: [],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const mayChange = this.desk.user.permissions.includes("settings.manage");
    return html`${this.#deeds.notice()}
      ${listCard(this.#senders, {
        caption: say("senders"),
        emptyText: say("noSenders"),
        columns: [
          { label: say("name"), cell: (row) => html`<strong>${row.name}</strong>` },
          { label: say("kind"), cell: (row) => word("sender", row.kind) },
          {
            label: say("state"),
            cell: (row) =>
              html`<span class="badge ${row.active ? "good" : ""}">${say(row.active ? "active" : "inactive")}</span>`,
          },
          { label: say("since"), cell: (row) => dateTime(row.createdAtMs, this.desk.zone) },
          ...(mayChange
            ? [
                {
                  label: say("change"),
                  cell: (row: Sender) =>
                    html`<button class="quiet" @click=${() => this.#switch(row)}>${say(row.active ? "switchOff" : "switchOn")}</button>`,
                },
              ]
            : []),
        ],
      })}
      ${
        mayChange
          ? html`<p class="below">
              <button aria-expanded=${this.adding} @click=${() => (this.adding = !this.adding)}>${say("addSender")}</button>
            </p>`
          : nothing
      }
      ${this.adding ? this.#form() : nothing}`;
  }

  #form() {
    return html`<section class="card pad">
      <p class="panel">
        <label
          >${say("kind")}<select @change=${(event: Event) => (this.kind = (event.target as HTMLSelectElement).value as Kind)}>
            ${kinds.map((kind) => html`<option value=${kind} ?selected=${kind === this.kind}>${word("sender", kind)}</option>`)}
          </select></label
        >
      </p>
      <action-form
        .fields=${senderFields(this.kind)}
        submitText=${say("addSender")}
        .submit=${(values: Values) => addSender({ kind: this.kind, ...withoutEmpty(values) })}
        @done=${() => {
          this.adding = false;
          this.#deeds.tell(say("saved"));
          void this.#senders.reload();
        }}
      ></action-form>
    </section>`;
  }

  async #switch(row: Sender) {
    await this.#deeds.run(`switch/${row.id}`, () => switchSender(row.id, !row.active));
    await this.#senders.reload();
  }
}
customElements.define("senders-card", SendersCard);

function senderFields(kind: Kind): Field[] {
  const text = (name: string, label: string, required = true): Field => ({ name, label, required });
  const secret = (name: string, label: string): Field => ({ name, label, type: "password", required: true });
  const name = text("name", say("name"));
  if (kind === "twilio")
    return [name, text("accountSid", "Account SID"), secret("authToken", "Auth token"), text("from", say("senderId"))];
  if (kind === "advanta")
    return [
      name,
      secret("apiKey", "API key"),
      text("partnerId", "Partner ID"),
      text("shortcode", say("senderId")),
      text("baseUrl", say("baseUrl")),
    ];
  return [name, text("username", say("user")), secret("apiKey", "API key"), text("from", say("senderId"), false)];
}
