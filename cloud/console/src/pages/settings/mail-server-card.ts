import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import type { Fields, ValuesOf } from "../../components/fields/values-of.ts";
import { withoutEmpty } from "../../components/fields/without-empty.ts";
import { editCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import {
  type MailServer,
  mailServerPath,
  removeMailServer,
  saveMailServer,
} from "../../data/tenancy/setting-checks.ts";
import { say } from "../../strings/strings.ts";

/** Who sends the provider's e-mails to customers: the hub, or a mail server of the provider's own. */
class MailServerCard extends appElement() {
  readonly #actions = new PageActions(this, () => this.#server.restartEdit());
  readonly #server = new ReadController<MailServer>(this, { path: () => mailServerPath, topics: [] });

  override render() {
    return html`<h2 class="between">${say("mailSender")}</h2>
      ${this.#server.render(({ server, hubHasOne }) => {
        if (this.#server.edited === null) this.#server.beginEdit();
        return html`<p class="soft below">
            ${server === null ? say(hubHasOne ? "mailByHub" : "mailByNobody") : say("mailByOwn", { host: server.host })}
          </p>
          ${editCard(this.#server, {
            fields: mailServerFields,
            submit: (values, etag) => saveMailServer(serverOf(values), etag),
            done: async () => {
              await this.#server.restartEdit();
              this.#actions.notify(say("saved"));
            },
          })}
          ${
            server === null
              ? nothing
              : html`<p class="below">
                  <button class="quiet danger" ?disabled=${this.#actions.busy !== ""} @click=${this.#remove}>
                    ${say("mailServerRemove")}
                  </button>
                </p>`
          }`;
      })}`;
  }

  async #remove() {
    if (!(await ask(say("mailServerRemoveSure"), say("mailServerRemove"), { danger: true }))) return;
    await this.#actions.run("remove", removeMailServer);
  }
}
customElements.define("mail-server-card", MailServerCard);

const ports = [587, 465, 2525] as const;

function mailServerFields({ server }: MailServer) {
  return [
    { name: "host", label: say("mailHost"), required: true, hint: say("mailHostHint"), value: server?.host ?? null },
    {
      name: "port",
      label: say("mailPort"),
      type: "select",
      value: server?.port ?? 587,
      options: ports.map((port) => ({ value: String(port), label: String(port) })),
    },
    { name: "login", label: say("mailLogin"), required: true, autocomplete: "off", value: server?.login ?? null },
    {
      name: "password",
      label: say("password"),
      type: "password",
      required: server === null,
      autocomplete: "new-password",
      hint: server === null ? say("mailPasswordHint") : say("mailPasswordStays"),
    },
    {
      name: "fromAddress",
      label: say("mailFrom"),
      type: "email",
      required: true,
      hint: say("mailFromHint"),
      value: server?.fromAddress ?? null,
    },
  ] as const satisfies Fields;
}

const serverOf = ({ port, ...values }: ValuesOf<typeof mailServerFields>) => ({
  ...withoutEmpty(values),
  port: ports.find((one) => String(one) === port) ?? ports[0],
});
