import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import type { Fields } from "../../components/fields/values-of.ts";
import { withoutEmpty } from "../../components/fields/without-empty.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listPage } from "../../components/table/list-page.ts";
import { addProvider, listProviders, type Provider } from "../../data/tenancy/providers.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { currencyOptions } from "../settings/choices.ts";
import "./provider-page.ts";
import "./sign-up-invitations-card.ts";
import { providerTones } from "./provider-tones.ts";

/** For platform admins: all providers. */
class ProvidersPage extends appElement() {
  readonly #providers = new ListController<Provider>(this, {
    read: listProviders,
    topics: ["admin"],
    filters: [],
    isCounted: true,
  });

  override render() {
    return listPage(this.#providers, {
      title: say("providers"),
      emptyText: say("noProviders"),
      search: say("searchProvider"),
      add: this.may("providers.manage") && {
        text: say("addProvider"),
        fields: providerFields(),
        submit: (values) => addProvider(withoutEmpty(values)),
        done: ({ providerId }: Provider) => {
          location.hash = `#/providers/${providerId}`;
        },
      },
      rowHref: (row) => `#/providers/${row.providerId}`,
      columns: [
        { label: say("name"), sort: "name", cell: (row) => html`<strong>${row.name}</strong>` },
        {
          label: say("state"),
          cell: (row) => html`<span class="badge ${providerTones[row.state]}">${word("provider", row.state)}</span>`,
        },
        { label: say("currency"), cell: (row) => row.currency },
        { label: say("supportPhone"), cell: (row) => row.supportPhone ?? say("none") },
        { label: say("since"), isNamed: true, cell: (row) => dateTime(row.createdAtMs, this.app.zone) },
      ],
      below: html`<sign-up-invitations-card .app=${this.app}></sign-up-invitations-card>`,
    });
  }
}
customElements.define("providers-page", ProvidersPage);

function providerFields() {
  return [
    { name: "name", label: say("businessName"), required: true },
    { name: "ownerName", label: say("ownerName"), required: true },
    { name: "ownerEmail", label: say("ownerEmail"), type: "email", required: true },
    {
      name: "ownerPassword",
      label: say("firstPassword"),
      type: "password",
      required: true,
      hint: say("passwordHint"),
      autocomplete: "new-password",
    },
    { name: "supportPhone", label: say("supportPhone"), type: "tel" },
    {
      name: "currency",
      label: say("currency"),
      type: "select",
      value: "KES",
      options: currencyOptions(),
      hint: say("currencyZone"),
    },
  ] as const satisfies Fields;
}
