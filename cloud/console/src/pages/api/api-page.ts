import { html, nothing } from "lit";
import { readAddress } from "../../address.ts";
import { AddressQuery } from "../../components/address-query.ts";
import { elementWith } from "../../components/element-with.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import {
  type ApiDescription,
  type ApiGroup,
  type ApiOperation,
  descriptionPath,
  matchingGroups,
  readApi,
} from "../../data/operations/api-description.ts";
import { en, type Strings } from "../../strings/en.ts";
import { locale, say } from "../../strings/strings.ts";
import { apiStyles } from "./api-styles.ts";
import "./api-operation.ts";

/** What programs can ask of the hub, by groups. It needs no log-in: the description is public. */
class ApiPage extends elementWith({}) {
  static override styles = [sharedStyles, apiStyles];
  readonly #query = new AddressQuery(this, ["q"]);
  readonly #api = new ReadController<ApiDescription>(this, { read: readApi });

  override render() {
    return html`<div class="head"><h1>${say("apiTitle")}</h1></div>
      <p class="soft panel">${say("apiWhy")} <a href=${descriptionPath}>openapi.json</a>${locale() === "en" ? nothing : html` ${say("apiInEnglish")}`}</p>
      ${this.#api.render((api) => this.#groups(api))}`;
  }

  #groups(api: ApiDescription) {
    const text = this.#query.values.q;
    const found = matchingGroups(api.groups, text);
    const count = found.reduce((sum, { operations }) => sum + operations.length, 0);
    return html`<div class="filters">
        <label
          >${say("search")}<input
            type="search"
            .value=${text}
            @input=${(event: InputEvent) => this.#query.set({ q: (event.target as HTMLInputElement).value })}
        /></label>
        <p class="soft" role="status">${say("apiCount", { count })}</p>
      </div>
      ${found.length === 0 ? html`<p>${say("nothingFound")}</p>` : found.map((group) => this.#group(group, text !== ""))}
      ${text === "" ? problemCodes() : nothing}`;
  }

  #group({ name, operations }: ApiGroup, isOpen: boolean) {
    const { id } = readAddress(location.hash);
    const holdsOpened = operations.some((operation) => operation.id === id);
    return html`<details class="card" ?open=${isOpen || holdsOpened}>
      <summary><span class="mono">${name}</span><span class="badge">${operations.length}</span></summary>
      <ul class="plain">
        ${operations.map((operation) => html`<li>${operationLink(operation, operation.id === id)}</li>`)}
      </ul>
    </details>`;
  }
}
customElements.define("api-page", ApiPage);

const operationLink = ({ id, method, path, summary }: ApiOperation, isOpened: boolean) =>
  html`<a href="#/api/${encodeURIComponent(id)}" aria-current=${isOpened ? "true" : nothing}>
    <strong class="mono">${method}</strong><span class="mono">${path}</span><span class="soft" lang="en">${summary}</span>
  </a>`;

/** The codes in `code` of a refusal, each with the sentence that the console says. */
function problemCodes() {
  const keys = (Object.keys(en) as (keyof Strings)[]).filter((key) => key.startsWith("problem_")).sort();
  return html`<details class="card">
    <summary>${say("apiProblems")} <span class="badge">${keys.length}</span></summary>
    <p class="soft">${say("apiProblemsWhy")}</p>
    <dl class="codes">
      ${keys.map((key) => html`<dt class="mono">${key.slice("problem_".length).replaceAll("_", "-")}</dt><dd>${say(key)}</dd>`)}
    </dl>
  </details>`;
}
