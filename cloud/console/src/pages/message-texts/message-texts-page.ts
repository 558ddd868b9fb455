import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { editCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { problemText } from "../../components/problem-text.ts";
import { ReadController } from "../../components/read-controller.ts";
import { selectFilter } from "../../components/table/filters.ts";
import {
  type Preview,
  previewText,
  type Rules,
  readTemplates,
  rulesPath,
  saveRules,
  saveTemplate,
  type Template,
} from "../../data/messaging/message-texts.ts";
import { say, word } from "../../strings/strings.ts";
import { millicents } from "./message-money.ts";
import { readRules, rulesFields } from "./rules-form.ts";

/** A language, as those who speak it call it. */
function ownName(tag: string): string {
  const name = new Intl.DisplayNames([tag], { type: "language" }).of(tag) ?? tag;
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}

/** The words of messages to customers, with a preview; reminders, quiet hours and what messages may cost. */
class MessageTextsPage extends appElement({
  chosen: state("paid"),
  locale: state<Template["locale"]>("en"),
  /** What is typed and not saved; null: nothing. */
  typed: state<string | null>(null),
  whatsapp: state<{ readonly name: string; readonly values: string } | null>(null),
  shown: state<Preview | null>(null),
  trouble: state(""),
}) {
  readonly #templates = new ReadController<readonly Template[]>(this, { read: readTemplates });
  readonly #rules = new ReadController<Rules>(this, { path: () => rulesPath });
  readonly #actions = new PageActions(this);

  override render() {
    return html`<div class="head"><h1>${say("messageTexts")}</h1></div>
      <p class="soft panel">${say("messageTextsWhy")}</p>
      ${this.#templates.render((templates) => this.#text(templates))}
      <h2 class="between">${say("messageRules")}</h2>
      ${this.#rules.render((rules) => this.#rulesCard(rules))}`;
  }

  #text(templates: readonly Template[]) {
    const one = templates.find(({ template, locale }) => template === this.chosen && locale === this.locale);
    if (one === undefined) return nothing;
    const mayChange = this.mayAsOwn("settings.manage");
    const names = [...new Set(templates.map(({ template }) => template))];
    const words = this.typed ?? one.words;
    return html`<section class="card pad panel">
      <div class="row panel">
        ${selectFilter(
          say("textsOf"),
          names.map((value) => ({ value, label: word("template", value) })),
          this.chosen,
          (value) => this.#choose(value, this.locale),
        )}
        ${selectFilter(
          say("textLanguage"),
          [...new Set(templates.map(({ locale }) => locale))].map((value) => ({ value, label: ownName(value) })),
          this.locale,
          (value) => this.#choose(this.chosen, value as Template["locale"]),
        )}
        <span class="badge">${word("class", one.class)}</span>
      </div>
      <label class="wide"
        >${say(one.isOwn ? "ownWords" : "usualWords")}<textarea
          rows="4"
          class="written"
          ?readonly=${!mayChange}
          .value=${words}
          @input=${(event: Event) => (this.typed = (event.target as HTMLTextAreaElement).value)}
          @change=${() => this.#preview()}
        ></textarea
      ></label>
      <p class="soft below">
        ${say("knownValues")}
        ${Object.entries(one.variables).map(([name, example]) => html`<code class="mono" title=${example}>${`{${name}}`}</code> `)}
      </p>
      ${mayChange ? this.#whatsapp(one) : nothing}
      <p class="row below">
        <button @click=${() => this.#preview()}>${say("preview")}</button>
        ${
          mayChange
            ? html`<button class="primary" @click=${() => this.#save(one, words)}>${say("save")}</button>
                ${one.isOwn ? html`<button class="quiet" @click=${() => this.#save(one, null)}>${say("usualAgain")}</button>` : nothing}`
            : nothing
        }
      </p>
      ${this.#previewed()}
    </section>`;
  }

  #whatsapp(one: Template) {
    const now = this.whatsapp ?? { name: one.whatsappName ?? "", values: (one.whatsappValues ?? []).join(", ") };
    const field = (name: "name" | "values", label: string, hint: string) =>
      html`<label
        >${label}<input
          .value=${now[name]}
          @input=${(event: Event) => (this.whatsapp = { ...now, [name]: (event.target as HTMLInputElement).value })}
        /><span class="hint">${hint}</span></label
      >`;
    return html`<details class="below" ?open=${one.whatsappName !== null}>
      <summary>WhatsApp</summary>
      <div class="row below">
        ${field("name", say("whatsappName"), say("whatsappNameHint"))}
        ${field("values", say("whatsappValues"), say("whatsappValuesHint"))}
      </div>
    </details>`;
  }

  #previewed() {
    if (this.trouble !== "") return html`<p class="refusal" role="alert">${say("previewFailed")} ${this.trouble}</p>`;
    if (this.shown === null) return nothing;
    const { text, parts, letters, alphabet, costMillicents, currency } = this.shown;
    const cost = costMillicents === null ? "" : `, ${say("smsCosts", { cost: millicents(costMillicents, currency) })}`;
    return html`<p class="below number written" role="status">${text}</p>
      <p class="soft">${say("smsParts", { parts, letters, alphabet })}${cost}</p>`;
  }

  #choose(template: string, locale: Template["locale"]) {
    [this.chosen, this.locale, this.typed, this.whatsapp] = [template, locale, null, null];
    [this.shown, this.trouble] = [null, ""];
  }

  async #preview() {
    const one = this.#templates.value?.find(
      ({ template, locale }) => template === this.chosen && locale === this.locale,
    );
    try {
      this.shown = await previewText(this.chosen as Parameters<typeof previewText>[0], this.typed ?? one?.words ?? "");
      this.trouble = "";
    } catch (error) {
      [this.shown, this.trouble] = [null, problemText(error)];
    }
  }

  #save(one: Template, words: string | null) {
    const { name, values } = this.whatsapp ?? {
      name: one.whatsappName ?? "",
      values: (one.whatsappValues ?? []).join(","),
    };
    const whatsappName = name.trim() === "" ? null : name.trim();
    const listed = values.split(/[,\s]+/).filter((value) => value !== "");
    const whatsappValues = whatsappName === null || listed.length === 0 ? null : listed;
    return this.#actions.run("save", async () => {
      await saveTemplate(one as Parameters<typeof saveTemplate>[0], { words, whatsappName, whatsappValues });
      [this.typed, this.whatsapp] = [null, null];
      await this.#templates.reload();
    });
  }

  #rulesCard(rules: Rules) {
    return html`<section class="card pad panel">
        <p class="row">
          <span>${say("monthCost", { cost: millicents(rules.monthMillicents, rules.currency) })}</span>
          ${
            this.may("settings.manage")
              ? html`<button aria-expanded=${this.#rules.edited !== null} @click=${() => this.#rules.toggleEdit()}>${say("edit")}</button>`
              : nothing
          }
        </p>
      </section>
      ${editCard(this.#rules, {
        fields: rulesFields,
        submit: (values, etag) => saveRules(readRules(values), etag),
        done: async () => {
          this.#rules.endEdit();
          await this.#rules.reload();
          this.#actions.notify(say("saved"));
        },
      })}`;
  }
}
customElements.define("message-texts-page", MessageTextsPage);
