import { html, nothing } from "lit";
import { elementWith, property } from "../../components/element-with.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import {
  type ApiBody,
  type ApiDescription,
  type ApiField,
  type ApiParameter,
  curlOf,
  readApi,
} from "../../data/operations/api-description.ts";
import { say } from "../../strings/strings.ts";
import { permissionWords } from "../staff/permission-words.ts";
import { apiStyles } from "./api-styles.ts";
import "../../components/overlay/copy-button.ts";

/** One thing that programs can ask for: who may, what is sent, what comes back, and a request to paste. */
class ApiOperationView extends elementWith({ operationId: property("") }) {
  static override styles = [sharedStyles, apiStyles];
  readonly #api = new ReadController<ApiDescription>(this, { read: readApi });

  override render() {
    const title = this.#api.value === null ? html`<h1>${say("apiTitle")}</h1>` : nothing;
    return html`${title}${this.#api.render((api) => this.#operation(api))}`;
  }

  #operation({ groups, server }: ApiDescription) {
    const operation = groups.flatMap(({ operations }) => operations).find(({ id }) => id === this.operationId);
    if (operation === undefined) return html`<h1>${say("notFound")}</h1>`;
    const curl = curlOf(operation, server);
    return html`<h1>${operation.summary}</h1>
      <p><strong class="mono">${operation.method}</strong> <span class="mono">${operation.path}</span></p>
      <p>
        ${whoMay(operation.permission)}
        ${operation.wantsFactor ? html`<span class="badge warn">${say("apiWantsFactor")}</span>` : nothing}
      </p>
      <section class="card pad panel">
        <h2 class="between">${say("apiExample")} <copy-button text=${curl}></copy-button></h2>
        <pre tabindex="0" role="region" aria-label=${say("apiExample")}>${curl}</pre>
      </section>
      ${operation.parameters.length === 0 ? nothing : fieldList(say("apiParameters"), operation.parameters)}
      ${bodyCard(say("apiBody"), operation.body)} ${bodyCard(`${say("apiAnswer")} ${operation.status}`, operation.answer)}`;
  }
}
customElements.define("api-operation", ApiOperationView);

function whoMay(permission: string) {
  if (permission === "public") return html`<span class="badge good">${say("apiPublic")}</span>`;
  if (permission === "customer") return html`<span class="badge">${say("apiCustomer")}</span>`;
  if (permission === "signed-in" || permission === "person")
    return html`<span class="badge">${say(permission === "person" ? "apiPerson" : "apiSignedIn")}</span>`;
  return html`<span class="badge">${permissionWords(permission)}</span> <span class="mono soft">${permission}</span>`;
}

function bodyCard(title: string, body: ApiBody | null) {
  if (body === null) return nothing;
  const example = body.example === undefined ? null : JSON.stringify(body.example, null, 2);
  return html`${body.fields.length === 0 ? html`<h2>${title}</h2>` : fieldList(title, body.fields)}
    <p class="soft mono">${body.type}</p>
    ${example === null ? nothing : html`<pre tabindex="0" role="region" aria-label=${title}>${example}</pre>`}`;
}

/** A line each, that wraps: a phone is too narrow for columns of names like `terms.schedule[].from`. */
function fieldList(title: string, fields: readonly (ApiField | ApiParameter)[]) {
  return html`<h2>${title}</h2>
    <ul class="fields">
      ${fields.map(
        (field) => html`<li>
          <span class="mono">${field.name}</span>
          ${"where" in field ? html`<span class="badge">${say(`apiIn_${field.where}`)}</span>` : nothing}
          ${field.isRequired ? html`<span class="badge warn">${say("apiRequired")}</span>` : nothing}
          <span class="mono soft">${field.type}</span>
          <span class="soft">${field.note}</span>
        </li>`,
      )}
    </ul>`;
}
