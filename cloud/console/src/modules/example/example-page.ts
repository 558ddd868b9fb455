import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { ReadController } from "../../components/read-controller.ts";
import { say, word } from "../../strings/strings.ts";
import { type Example, examplePath } from "./example.ts";

/** The greeting of the hour. */
class ExamplePage extends appElement({}) {
  readonly #read = new ReadController<Example>(this, { path: () => examplePath, topics: [] });

  override render() {
    return html`<h1>${say("examplePage")}</h1>
      ${this.#read.render(
        ({ part, name }) => html`<section class="card pad">${word("exampleGreeting", part, { name })}</section>`,
      )}`;
  }
}
customElements.define("example-page", ExamplePage);
