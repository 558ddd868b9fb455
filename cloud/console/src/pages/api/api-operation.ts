import { html, nothing } from "lit";
import { elementWith, property, state } from "../../components/element-with.ts";
import { loadFailed, loading } from "../../components/loading.ts";
import { problemText } from "../../components/problem-text.ts";
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
class ApiOperationView extends elementWith({
  operationId: property(""),
  api: state<ApiDescription | null>(null),
  failure: state(""),
}) {
  static override styles = [sharedStyles, apiStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#read();
  }

  async #read(): Promise<void> {
    this.failure = "";
    try {
      this.api = await readApi();
    } catch (error) {
      this.failure = problemText(error);
    }
  }

  override render() {
    if (this.failure !== "")
      return html`<h1>${say("apiTitle")}</h1>${loadFailed(this.failure, () => void this.#read())}`;
    if (this.api === null) return html`<h1>${say("apiTitle")}</h1>${loading()}`;
    const operation = this.api.groups.flatMap(({ operations }) => operations).find(({ id }) => id === this.operationId);
    if (operation === undefined) return html`<h1>${say("notFound")}</h1>`;
    const curl = curlOf(operation, this.api.server);
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
      ${operation.parameters.length === 0 ? nothing : fieldTable(say("apiParameters"), operation.parameters)}
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
  return html`${body.fields.length === 0 ? html`<h2>${title}</h2>` : fieldTable(title, body.fields)}
    <p class="soft mono">${body.type}</p>
    ${example === null ? nothing : html`<pre tabindex="0" role="region" aria-label=${title}>${example}</pre>`}`;
}

function fieldTable(title: string, fields: readonly (ApiField | ApiParameter)[]) {
  return html`<h2>${title}</h2>
    <div class="scroll" tabindex="0" role="region" aria-label=${title}>
      <table>
        <thead>
          <tr><th>${say("name")}</th><th>${say("apiType")}</th><th>${say("details")}</th></tr>
        </thead>
        <tbody>
          ${fields.map(
            (field) => html`<tr>
              <td><span class="mono">${field.name}</span>${field.isRequired ? html` <span class="badge">${say("apiRequired")}</span>` : nothing}</td>
              <td class="mono">${field.type}</td>
              <td>${"where" in field ? html`<span class="badge">${say(`apiIn_${field.where}`)}</span> ` : nothing}${field.note}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}
