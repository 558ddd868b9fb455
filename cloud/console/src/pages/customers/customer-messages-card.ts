import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { rawText } from "../../components/raw-text.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import { type Consents, consentsPath, enterConsent } from "../../data/messaging/message-texts.ts";
import { listCustomersMessages, type Message } from "../../data/messaging/messages.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { millicents } from "../message-texts/message-money.ts";

type Way = Consents["now"][number];

/** Every message to a customer with its state and cost, and which messages they want. */
class CustomerMessagesCard extends appElement({
  customerId: property(""),
  /** What is about to be entered; null: nothing. */
  entering: state<{ readonly way: Way; readonly allowed: boolean } | null>(null),
}) {
  readonly #messages = new ListController<Message>(this, {
    read: (query) => listCustomersMessages(query, this.customerId),
    topics: ["message", "customer"],
    isOfThing: true,
  });
  readonly #consents = new ReadController<Consents>(this, {
    path: () => consentsPath(this.customerId),
    topics: ["customer"],
  });
  readonly #actions = new PageActions(this);

  override render() {
    return html`<h2 class="between">${say("customersMessages")}</h2>
      ${listCard(this.#messages, {
        title: say("customersMessages"),
        emptyText: say("noCustomersMessages"),
        columns: [
          { label: say("time"), cell: (row) => dateTime(row.createdAtMs, this.app.zone) },
          {
            label: say("what"),
            cell: (row) =>
              html`${word("template", row.template)} <span class="soft">${word("channel", row.channel)}</span>`,
          },
          {
            label: say("state"),
            cell: (row) => html`<span class="badge">${word("message", row.state)}</span>${rawText(row.problem)}`,
          },
          {
            label: say("messageCost"),
            numeric: true,
            cell: (row) =>
              row.costMillicents === null || row.costCurrency === null
                ? ""
                : millicents(row.costMillicents, row.costCurrency),
          },
        ],
      })}
      <h2 class="between">${say("consents")}</h2>
      ${this.#consents.render((consents) => this.#wanted(consents))}`;
  }

  #wanted({ now, log }: Consents) {
    const mayEnter = this.may("messages.manage");
    const { entering } = this;
    return html`<section class="card pad panel">
      <p class="soft panel">${say("consentsWhy")}</p>
      ${now.map(
        (way) =>
          html`<p class="row">
            <span>${word("channel", way.channel)}, ${word("class", way.class)} <span class="soft">${way.to}</span></span>
            <span class="badge ${way.allowed === true ? "good" : way.allowed === false ? "bad" : ""}"
              >${say(way.allowed === true ? "consent_yes" : way.allowed === false ? "consent_no" : "consent_unsaid")}</span
            >
            ${
              mayEnter
                ? html`<button class="quiet" @click=${() => (this.entering = { way, allowed: way.allowed !== true })}>
                    ${say(way.allowed === true ? "consentRefuse" : "consentAllow")}
                  </button>
                  ${
                    way.allowed === null
                      ? html`<button class="quiet" @click=${() => (this.entering = { way, allowed: false })}>${say("consentRefuse")}</button>`
                      : nothing
                  }`
                : nothing
            }
          </p>`,
      )}
      ${entering === null ? nothing : this.#form(entering.way, entering.allowed)}
      ${log.map(
        ({ channel, class: kind, allowed, how, who, said, atMs }) =>
          html`<p class="soft">
            ${dateTime(atMs, this.app.zone)}: ${word("channel", channel)}, ${word("class", kind)}:
            ${say(allowed ? "consent_yes" : "consent_no")}, ${word("how", how)}${how === "staff" ? html` (${who})` : nothing}${said === null ? nothing : html`: ${said}`}
          </p>`,
      )}
    </section>`;
  }

  #form(way: Way, allowed: boolean) {
    return formCard({
      title: `${word("channel", way.channel)}, ${word("class", way.class)}: ${say(allowed ? "consentAllow" : "consentRefuse")}`,
      fields: [{ name: "said", label: say("consentHow"), hint: say("consentHowHint"), required: true }],
      submitText: say("save"),
      submit: ({ said }) => enterConsent(this.customerId, { channel: way.channel, class: way.class, allowed, said }),
      done: () => {
        this.entering = null;
        void this.#consents.reload();
        this.#actions.notify(say("saved"));
      },
      cancel: () => (this.entering = null),
    });
  }
}
customElements.define("customer-messages-card", CustomerMessagesCard);
