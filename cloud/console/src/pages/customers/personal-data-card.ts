import { html, nothing } from "lit";
import "../../components/action-form.ts";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { formStyles } from "../../components/fields/form-styles.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { goOnTo } from "../../components/overlay/toast.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { saveFile } from "../../components/save-file.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import type { DataSubject, ErasurePreview } from "../../data/back-office/personal-data.ts";
import { dateTime, money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

const count = (rows: number) => rows.toLocaleString("en");

/** What people ask about; everything else is one number. */
const shown = ["messages", "tickets", "sessions", "accounts", "receipts", "invoices", "ledger_postings"] as const;

/** For the owner: everything about one person as a file, and its erasure, which is looked at first. */
class PersonalDataCard extends appElement({
  subject: property<DataSubject>(),
  name: property(""),
  isErasing: state(false),
}) {
  readonly #actions = new PageActions(this);

  override render() {
    return html`<section class="card pad panel">
      <h2>${say("personalData")}</h2>
      <p class="soft">${say("personalDataWhy")}</p>
      <p class="row below">
        <button ?disabled=${this.#actions.busy !== ""} @click=${() => this.#export()}>${say("personalDataExport")}</button>
        <button class="quiet danger" aria-expanded=${this.isErasing} @click=${() => (this.isErasing = !this.isErasing)}>
          ${say("erase")}
        </button>
      </p>
      ${
        this.isErasing
          ? html`<erasure-form .app=${this.app} .subject=${this.subject} .name=${this.name}></erasure-form>`
          : nothing
      }
    </section>`;
  }

  #export() {
    return this.#actions.run(
      "export",
      () => this.subject.export(),
      (text) => {
        saveFile(`personal-data-${this.subject.id}.json`, text, "application/json");
        return "";
      },
    );
  }
}
customElements.define("personal-data-card", PersonalDataCard);

/** What would go, what stays, and the name typed again. */
class ErasureForm extends appElement({
  subject: property<DataSubject>(),
  name: property(""),
  /** Null: nobody has chosen yet. */
  numbers: state<readonly string[] | null>(null),
}) {
  static override styles = [sharedStyles, formStyles];
  readonly #preview = new ReadController<ErasurePreview>(this, {
    path: () => this.subject.erasurePath(this.numbers),
  });

  override render() {
    return this.#preview.render((preview) => this.#body(preview));
  }

  #body({ counts, refused, documentsKept, creditCents, currency, otherCredit, numbers }: ErasurePreview) {
    const other = Object.entries(counts).reduce(
      (sum, [table, rows]) => (shown.some((one) => one === table) ? sum : sum + rows),
      0,
    );
    return html`<div class="below">
      ${numbers.length === 0 ? nothing : this.#numbersOf(numbers)}
      <p>${say("eraseWhat")}</p>
      ${facts([
        ...shown.flatMap((table) => {
          const rows = counts[table] ?? 0;
          return rows === 0 ? [] : [[word("erased", table), count(rows)] as [string, string]];
        }),
        [say("erased_other"), count(other)],
        [say("eraseDocumentsKept"), count(documentsKept)],
        ...[{ creditCents, currency }, ...otherCredit].map((one): [string, string] | null =>
          one.creditCents === 0 ? null : [say("eraseCredit"), money(one.creditCents, one.currency)],
        ),
      ])}
      <p class="soft">${say("eraseKeeps")}</p>
      ${refused === null ? this.#form() : html`<p class="badge bad">${word("problem", refused.replaceAll("-", "_"))}</p>`}
    </div>`;
  }

  /** What another customer has can't be chosen; what was used since, or is in doubt, is not chosen by itself. */
  #numbersOf(numbers: ErasurePreview["numbers"]) {
    return html`<fieldset class="choices">
      <legend>${say("earlierNumbers")}</legend>
      ${numbers.map(
        ({
          numberId,
          phoneMasked,
          untilMs,
          isAnothers,
          isUsedSince,
          isDoubtful,
          included,
        }) => html`<label class="check">
          <input
            type="checkbox"
            name="number"
            .checked=${included}
            ?disabled=${isAnothers}
            @change=${() => {
              const chosen = numbers.filter((one) => one.included !== (one.numberId === numberId));
              this.numbers = chosen.map((one) => one.numberId);
              void this.#preview.reload();
            }}
          />
          <span
            >${phoneMasked} · ${say("numberUntil", { time: dateTime(untilMs, this.app.zone) })}${
              isAnothers
                ? html`<br /><span class="soft">${say("numberAnothers")}</span>`
                : isUsedSince
                  ? html`<br /><span class="soft">${say("numberUsedSince")}</span>`
                  : isDoubtful
                    ? html`<br /><span class="soft">${say("numberDoubtful")}</span>`
                    : nothing
            }</span
          >
        </label>`,
      )}
    </fieldset>`;
  }

  #form() {
    return html`<action-form
      class="below"
      .fields=${[{ name: "nameText", label: say("eraseTypeName", { name: this.name }), required: true }]}
      submitText=${say("erase")}
      .submit=${(values: Values, key: string) => this.#erase(String(values.nameText), key)}
      @done=${(event: CustomEvent<unknown>) => {
        if (event.detail !== null) goOnTo(`#/${this.subject.list}`);
      }}
    ></action-form>`;
  }

  /** Null: they thought better of it. */
  async #erase(name: string, key: string): Promise<unknown> {
    const isSure = await ask(say("eraseSure", { name: this.name }), say("erase"), {
      danger: true,
      note: say("eraseForEver"),
    });
    if (!isSure) return null;
    const shown = this.#preview.value?.numbers.filter(({ included }) => included) ?? [];
    return this.subject.erase({ nameText: name, numbers: shown.map(({ numberId }) => numberId) }, key);
  }
}
customElements.define("erasure-form", ErasureForm);
