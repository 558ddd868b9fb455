import { html, nothing } from "lit";
import { withoutEmpty } from "../../components/fields/without-empty.ts";
import "../../components/overlay/copy-button.ts";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import type { Fields, ValuesOf } from "../../components/fields/values-of.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { selectFilter } from "../../components/table/filters.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { addBelow, listCard } from "../../components/table/list-page.ts";
import { addSender, listSenders, type Sender, switchSender } from "../../data/messaging/messages.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

const kinds = ["africastalking", "advanta", "twilio", "whatsapp"] as const;
type Kind = (typeof kinds)[number];

/** The senders of text messages. The newest active one sends. The hub takes their keys and never shows them again. */
class SendersCard extends appElement({
  kind: state<Kind>("africastalking"),
}) {
  readonly #senders = new ListController<Sender>(this, { read: () => listSenders(), topics: [] });
  readonly #actions = new PageActions(this, () => this.#senders.reload());

  override render() {
    const mayChange = this.may("settings.manage");
    return html`
      ${listCard(this.#senders, {
        title: say("senders"),
        emptyText: say("noSenders"),
        columns: [
          { label: say("name"), cell: (row) => html`<strong>${row.name}</strong>` },
          { label: say("kind"), cell: (row) => word("sender", row.kind) },
          {
            label: say("state"),
            cell: (row) =>
              html`<span class="badge ${row.active ? "good" : ""}">${say(row.active ? "active" : "inactive")}</span>`,
          },
          { label: say("since"), cell: (row) => dateTime(row.createdAtMs, this.app.zone) },
          { label: say("reportAddress"), cell: reportAddress },
        ],
        buttons:
          mayChange &&
          ((row) =>
            html`<button class=${row.active ? "quiet danger" : "quiet"} @click=${() => this.#switch(row)}>${say(row.active ? "switchOff" : "switchOn")}</button>`),
      })}
      ${addBelow(this.#senders, mayChange && { text: say("addSender"), form: () => this.#form() })}`;
  }

  #form() {
    const options = kinds.map((kind) => ({ value: kind, label: word("sender", kind) }));
    const form = formOf[this.kind]();
    return html`<section class="card pad">
      <p class="panel">${selectFilter(say("kind"), options, this.kind, (kind) => (this.kind = kind as Kind))}</p>
      <action-form
        .fields=${form.fields}
        submitText=${say("addSender")}
        .submit=${form.submit}
        @done=${() => {
          this.#senders.toggleAdding();
          this.#actions.notify(say("saved"));
          void this.#senders.reload();
        }}
      ></action-form>
    </section>`;
  }

  async #switch({ id, name, active }: Sender) {
    const question = say("switchSenderSure", { name });
    if (active && !(await ask(question, say("switchOff"), { danger: true, thing: name }))) return;
    await this.#actions.run(`switch/${id}`, () => switchSender(id, !active));
  }
}
customElements.define("senders-card", SendersCard);

/** What has to be entered at the gateway, so that it says which messages arrived. */
function reportAddress({ kind, reportUrl }: Sender) {
  if (reportUrl === null) return "";
  return html`${kind === "twilio" ? html`<span class="soft">${say("reportAddressTwilio")}</span>` : nothing}<span class="row">
    <code class="mono">${reportUrl}</code>
    <copy-button text=${reportUrl} label=${say("copy")}></copy-button>
  </span>`;
}

const text = <const Name extends string>(name: Name, label: string) => ({ name, label, required: true }) as const;
const secret = <const Name extends string>(name: Name, label: string) =>
  ({ name, label, type: "password", required: true }) as const;

/** What each kind of gateway asks for. */
const formOf = {
  africastalking() {
    const fields = [
      text("name", say("name")),
      text("username", say("user")),
      secret("apiKey", "API key"),
      { name: "from", label: say("senderId") },
    ] as const satisfies Fields;
    const submit = (values: ValuesOf<typeof fields>) => addSender({ kind: "africastalking", ...withoutEmpty(values) });
    return { fields, submit };
  },
  advanta() {
    const fields = [
      text("name", say("name")),
      secret("apiKey", "API key"),
      text("partnerId", "Partner ID"),
      text("shortcode", say("senderId")),
      text("baseUrl", say("baseUrl")),
      { name: "hashes", label: say("senderHashes"), type: "checkbox", explain: say("senderHashesWhy"), value: false },
    ] as const satisfies Fields;
    return { fields, submit: (values: ValuesOf<typeof fields>) => addSender({ kind: "advanta", ...values }) };
  },
  twilio() {
    const fields = [
      text("name", say("name")),
      text("accountSid", "Account SID"),
      secret("authToken", "Auth token"),
      text("from", say("senderId")),
    ] as const satisfies Fields;
    return { fields, submit: (values: ValuesOf<typeof fields>) => addSender({ kind: "twilio", ...values }) };
  },
  whatsapp() {
    const fields = [
      text("name", say("name")),
      text("phoneNumberId", "Phone number ID"),
      secret("accessToken", "Access token"),
      secret("appSecret", "App secret"),
      { ...text("version", say("graphVersion")), hint: "v23.0" },
    ] as const satisfies Fields;
    return { fields, submit: (values: ValuesOf<typeof fields>) => addSender({ kind: "whatsapp", ...values }) };
  },
} as const satisfies Record<Kind, () => unknown>;
