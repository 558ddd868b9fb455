import { html, nothing } from "lit";
import { type Field, type Values, withoutEmpty } from "../../components/action-form.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard, listHead, searchBar } from "../../components/list-page.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { addProvider, listProviders, type Provider } from "../../data/tenancy/providers.ts";
import type { Desk } from "../../desk.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { currencyOptions } from "../settings/choices.ts";
import "./provider-page.ts";
import { providerTones } from "./provider-tones.ts";

/** For platform admins: who sells with us. */
class ProvidersPage extends elementWith({
  desk: property<Desk>(),
  adding: state(false),
  q: state(""),
}) {
  readonly #providers = new ListController<Provider>(this, {
    read: (cursor, sort) => listProviders(cursor, this.q, sort),
    topics: [],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const search = (typed: string) => {
      this.q = typed;
      void this.#providers.reload();
    };
    return html`${listHead(say("providers"), {
      text: say("addProvider"),
      may: this.desk.user.permissions.includes("providers.manage"),
      isOpen: this.adding,
      toggle: () => (this.adding = !this.adding),
    })}
      ${searchBar(say("searchProvider"), search)}
      ${this.adding ? this.#form() : nothing}
      ${listCard(this.#providers, {
        caption: say("providers"),
        emptyText: say(this.q === "" ? "noProviders" : "nothingFound"),
        rowHref: (row) => `#/providers/${row.providerId}`,
        columns: [
          { label: say("name"), sort: "name", cell: (row) => html`<strong>${row.name}</strong>` },
          {
            label: say("state"),
            cell: (row) => html`<span class="badge ${providerTones[row.state]}">${word("provider", row.state)}</span>`,
          },
          { label: say("currency"), cell: (row) => row.currency },
          { label: say("supportPhone"), cell: (row) => row.supportPhone ?? say("none") },
          { label: say("since"), cell: (row) => dateTime(row.createdAtMs, this.desk.zone) },
        ],
      })}`;
  }

  #form() {
    const fields: Field[] = [
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
      { name: "currency", label: say("currency"), type: "select", value: "KES", options: currencyOptions() },
    ];
    return html`<section class="card pad panel">
      <action-form
        .fields=${fields}
        submitText=${say("addProvider")}
        .submit=${(values: Values) => addProvider(withoutEmpty(values))}
        @done=${(event: CustomEvent<Provider>) => {
          location.hash = `#/providers/${event.detail.providerId}`;
        }}
      ></action-form>
    </section>`;
  }
}
customElements.define("providers-page", ProvidersPage);
