import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { say } from "../strings/strings.ts";
import "./action-form.ts";
import type { Fields, ValuesOf } from "./fields/values-of.ts";
import type { ReadController } from "./read-controller.ts";

interface FormCard<All extends Fields> {
  readonly title?: unknown;
  /** What the form does, above its fields. */
  readonly intro?: unknown;
  readonly fields: All;
  readonly submitText: string;
  /** For a counter: see `ActionForm`. */
  readonly isLarge?: boolean;
  /** What is missing before it can be sent: see `ActionForm`. */
  readonly missing?: string;
  readonly submit: (values: ValuesOf<All>, key: string) => Promise<unknown>;
  /** Gets what `submit` resolved to. */
  done?(result: unknown): void;
  /** With it the form has a button that closes it. */
  readonly cancel?: () => void;
  /** Somebody has changed the thing since it was read: reads it again. */
  readonly reload?: () => void;
}

/** A form in a card. */
export function formCard<const All extends Fields>(form: FormCard<All>): TemplateResult {
  return html`<section class="card pad panel form-card">
    ${form.title === undefined ? nothing : html`<h2 class="panel">${form.title}</h2>`}
    ${form.intro === undefined ? nothing : html`<p class="soft panel">${form.intro}</p>`}
    <action-form
      .fields=${form.fields}
      submitText=${form.submitText}
      ?isLarge=${form.isLarge === true}
      .missing=${form.missing ?? ""}
      .submit=${form.submit}
      @done=${(event: CustomEvent<unknown>) => {
        event.stopPropagation();
        form.done?.(event.detail);
      }}
      @reload=${() => form.reload?.()}
      >${form.cancel === undefined ? nothing : html`<button type="button" class="quiet" @click=${form.cancel}>${say("cancel")}</button>`}</action-form
    >
  </section>`;
}

interface EditCard<Thing, All extends Fields> {
  readonly fields: (thing: Thing) => All;
  readonly submit: (values: ValuesOf<All>, etag: string | null) => Promise<unknown>;
  readonly done: () => void;
}

/** The form that changes what `read` has read, while it is being edited. It changes the version that it began with. */
export function editCard<Thing, const All extends Fields>(
  read: ReadController<Thing>,
  form: EditCard<Thing, All>,
): unknown {
  const { edited } = read;
  if (edited === null) return nothing;
  return keyed(
    edited,
    formCard({
      fields: form.fields(edited.value),
      submitText: say("save"),
      submit: (values) => form.submit(values, edited.etag),
      done: form.done,
      reload: () => void read.restartEdit(),
    }),
  );
}
