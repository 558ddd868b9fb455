import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { shownOnce } from "../../components/shown-once.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listPage } from "../../components/table/list-page.ts";
import { say } from "../../strings/strings.ts";
import { chosenEvents, eventFields, hearsText } from "./webhook-fields.ts";
import { addWebhook, listWebhooks, type Webhook } from "./webhooks.ts";
import "./webhook-page.ts";
import { webhookState } from "./webhook-state.ts";

/** The addresses of a provider's own systems that hear what happens. */
class WebhooksPage extends appElement({ secret: state("") }) {
  readonly #webhooks = new ListController<Webhook>(this, { read: listWebhooks, topics: [] });

  override render() {
    return listPage(this.#webhooks, {
      title: say("webhooks"),
      intro: say("webhooksWhy"),
      emptyText: say("noWebhooks"),
      search: say("name"),
      above: shownOnce(
        say("webhookSecretOnce"),
        this.secret,
        () => (this.secret = ""),
        html`<p>${say("webhookSecretUse")}</p>`,
      ),
      add: this.may("alerts.manage") && {
        text: say("addWebhook"),
        fields: [
          { name: "name", label: say("name"), required: true },
          { name: "url", label: say("webhookUrl"), hint: "https://…", required: true },
          ...eventFields(this.app, null),
        ],
        submit: (values) =>
          addWebhook({ name: String(values.name), url: String(values.url), events: chosenEvents(values) }),
        done: (made) => {
          this.secret = (made as { secret: string }).secret;
        },
      },
      rowHref: (row) => `#/webhooks/${encodeURIComponent(row.webhookId)}`,
      columns: [
        { label: say("name"), sort: "name", cell: (row) => html`<strong>${row.name}</strong>` },
        { label: say("address"), cell: (row) => html`<span class="mono">${row.host}</span>` },
        { label: say("webhookHears"), cell: hearsText },
        { label: say("state"), cell: (row) => webhookState(row, this.app) },
      ],
    });
  }
}
customElements.define("webhooks-page", WebhooksPage);
