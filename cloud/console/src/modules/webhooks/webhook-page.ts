import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { editCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import { dateTimeSeconds } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { chosenEvents, eventFields, eventWord, hearsText } from "./webhook-fields.ts";
import { webhookState } from "./webhook-state.ts";
import {
  changeWebhook,
  type Delivery,
  listDeliveries,
  removeWebhook,
  testWebhook,
  type Webhook,
  webhookPath,
} from "./webhooks.ts";

const tones: Record<Delivery["state"], string> = { waiting: "", delivered: "good", failed: "bad" };

/** One address: what it hears, a test, and what became of each delivery. */
class WebhookPage extends appElement({ webhookId: property("") }) {
  readonly #webhook = new ReadController<Webhook>(this, { path: () => webhookPath(this.webhookId) });
  readonly #deliveries = new ListController<Delivery>(this, {
    read: (query) => listDeliveries(query, { webhookId: this.webhookId }),
    topics: [],
    isOfThing: true,
  });
  readonly #actions = new PageActions(this, async () => {
    await Promise.all([this.#webhook.reload(), this.#deliveries.reload()]);
  });

  override render() {
    return html`<div class="head"><h1>${this.#webhook.value?.name ?? say("webhook")}</h1></div>
      ${this.#webhook.render((webhook) => this.#body(webhook))}`;
  }

  #body(webhook: Webhook) {
    return html`<section class="card pad panel">
        ${facts([
          [say("state"), webhookState(webhook, this.app)],
          [say("address"), webhook.host],
          [say("webhookHears"), hearsText(webhook)],
        ])}
        ${
          this.may("alerts.manage")
            ? html`<p class="row below">
                <button class="primary" ?disabled=${!webhook.active} @click=${() => this.#test()}>${say("testAlarmRule")}</button>
                <button @click=${() => this.#webhook.toggleEdit()}>${say("edit")}</button>
                <button class="quiet" @click=${() => this.#remove(webhook)}>${say("remove")}</button>
              </p>`
            : nothing
        }
      </section>
      ${editCard(this.#webhook, {
        fields: (edited) => [
          { name: "name", label: say("name"), required: true, value: edited.name },
          { name: "active", label: say("webhookIsOn"), type: "checkbox", value: edited.active },
          ...eventFields(this.app, edited),
        ],
        submit: (values, etag) =>
          changeWebhook(
            this.webhookId,
            { name: String(values.name), active: values.active === true, events: chosenEvents(values) },
            etag,
          ),
        done: () => {
          this.#webhook.endEdit();
          void this.#webhook.reload();
        },
      })}
      <h2>${say("deliveries")}</h2>
      ${listCard(this.#deliveries, {
        title: say("deliveries"),
        emptyText: say("noDeliveries"),
        columns: [
          {
            label: say("time"),
            cell: (row) => html`<span class="number nowrap">${dateTimeSeconds(row.createdAtMs, this.app.zone)}</span>`,
          },
          { label: say("what"), cell: (row) => html`<strong>${deliveredWord(row.event)}</strong>` },
          {
            label: say("state"),
            cell: (row) => html`<span class="badge ${tones[row.state]}">${word("delivery", row.state)}</span>`,
          },
          { label: say("deliveryTries"), cell: (row) => String(row.tries) },
          {
            label: say("deliveryAnswer"),
            cell: (row) =>
              row.status === null ? (row.tries === 0 ? "" : say("deliveryNoAnswer")) : String(row.status),
          },
        ],
      })}`;
  }

  #test() {
    return this.#actions.run(
      "test",
      () => testWebhook(this.webhookId),
      () => say("webhookTested"),
    );
  }

  async #remove({ name }: Webhook) {
    const isSure = await ask(say("removeWebhookSure", { name }), say("remove"), { danger: true });
    if (!isSure) return;
    if (await this.#actions.run("remove", () => removeWebhook(this.webhookId))) location.hash = "#/webhooks";
  }
}
customElements.define("webhook-page", WebhookPage);

/** `alarm.begun`: the words of alarms. */
const deliveredWord = (event: string): string =>
  event.startsWith("alarm.") ? word("alarmTold", event.slice("alarm.".length)) : eventWord(event);
