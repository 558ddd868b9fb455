import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { PageActions } from "../../components/page-actions.ts";
import { shownOnce } from "../../components/shown-once.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { addBelow, listCard } from "../../components/table/list-page.ts";
import { dateTime } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { addWebhook, listWebhooks, removeWebhook, testWebhook, type Webhook } from "./webhooks.ts";

/** Addresses of the provider's own systems that the hub posts to. */
class WebhooksCard extends appElement({ secret: state("") }) {
  readonly #webhooks = new ListController<Webhook>(this, { read: listWebhooks, topics: [], isOfThing: true });
  readonly #actions = new PageActions(this, () => this.#webhooks.reload());

  override render() {
    return html`<h2 class="between">${say("webhooks")} <a href="#/webhooks">${say("webhooksAll")}</a></h2>
      ${shownOnce(say("webhookSecretOnce"), this.secret, () => (this.secret = ""), html`<p>${say("webhookSecretUse")}</p>`)}
      ${listCard(this.#webhooks, {
        title: say("webhooks"),
        emptyText: say("noWebhooks"),
        columns: [
          { label: say("name"), cell: (row) => row.name },
          { label: say("address"), cell: (row) => html`<span class="mono">${row.host}</span>` },
          {
            label: say("state"),
            cell: (row) =>
              row.failingSinceMs === null
                ? html`<span class="badge good">${say("ruleOn")}</span>`
                : html`<span class="badge bad">${say("webhookFails", { time: dateTime(row.failingSinceMs, this.app.zone) })}</span>`,
          },
        ],
        buttons:
          this.may("alerts.manage") &&
          ((row) => html`<span class="row">
            <button @click=${() =>
              this.#actions.run(
                `test ${row.webhookId}`,
                () => testWebhook(row.webhookId),
                () => say("webhookTested"),
              )}>
              ${say("testAlarmRule")}
            </button>
            <button class="quiet" @click=${() => this.#actions.run(`remove ${row.webhookId}`, () => removeWebhook(row.webhookId))}>
              ${say("remove")}
            </button>
          </span>`),
      })}
      ${addBelow(
        this.#webhooks,
        this.may("alerts.manage") && {
          text: say("addWebhook"),
          fields: [
            { name: "name", label: say("name"), required: true },
            { name: "url", label: say("webhookUrl"), hint: "https://…", required: true },
          ],
          submit: ({ name, url }) => addWebhook({ name: String(name), url: String(url), events: [] }),
          done: (made) => {
            this.secret = (made as { secret: string }).secret;
          },
        },
      )}`;
  }
}
customElements.define("webhooks-card", WebhooksCard);
