import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Field, Values } from "../../components/action-form.ts";
import "../../components/action-form.ts";
import { say, word } from "../../strings/strings.ts";
import type { ColumnField, CustomersChoice, DateOrder, FileColumns } from "./customer-takeovers-data.ts";

type Said = Pick<CustomersChoice, "mapping" | "dateOrder">;

/** As they stand in a select; `leave-out` before them. */
const fields: readonly ColumnField[] = [
  ...(["name", "first_name", "last_name", "company", "phone", "email", "number"] as const),
  ...(["username", "password", "service", "plan", "site", "paid_until", "balance", "owes"] as const),
  ...(["active", "inactive", "street", "city", "note"] as const),
];
const leaveOut = "leave-out";
const placeName = (at: number): string => `column-${at}`;

/**
 * What each column of a file is, with some of its values, to be said otherwise. Names and values are the file's own words, and hostile: they stand as text.
 * @param isOpen without a choice nothing of the file can come
 */
export function columnsCard(
  columns: FileColumns,
  isOpen: boolean,
  submit: (said: Said) => Promise<unknown>,
): TemplateResult {
  const isAsked = columns.hasTwoWayDates && columns.dateOrder === null;
  return html`<section class="card pad columns">
    <details ?open=${isOpen || isAsked}>
      <summary><h2>${say("fileColumns")}</h2></summary>
      ${columns.from === "remembered" ? html`<p class="notice" role="status">${say("fileColumnsRemembered")}</p>` : nothing}
      <p class="soft">${say("fileColumnsWhat")}</p>
      ${keyed(
        columns.header,
        html`<action-form
          .fields=${fieldsOf(columns)}
          submitText=${say("fileColumnsTry")}
          .submit=${(values: Values) => submit(saidBy(columns, values))}
        ></action-form>`,
      )}
    </details>
  </section>`;
}

function fieldsOf({ columns, hasTwoWayDates, dateOrder }: FileColumns): Field[] {
  const options = [leaveOut, ...fields].map((value) => ({ value, label: word("columnField", value) }));
  const choices = columns.map(
    ({ name, samples, field }, at): Field => ({
      name: placeName(at),
      label: name === "" ? say("fileColumnNoName", { number: at + 1 }) : name,
      type: "select",
      value: field ?? leaveOut,
      options,
      hint: samples.length === 0 ? say("fileColumnEmpty") : samples.join(" · "),
    }),
  );
  if (!hasTwoWayDates) return choices;
  const orders = (["day-first", "month-first"] as const).map((value) => ({ value, label: word("dateOrder", value) }));
  const order: Field = {
    name: "dateOrder",
    label: say("fileDateOrder"),
    type: "select",
    value: dateOrder ?? "",
    options: [{ value: "", label: say("fileDateOrderChoose") }, ...orders],
  };
  return [...choices, order];
}

function saidBy({ columns }: FileColumns, values: Values): Said {
  const mapping = columns.map((_column, at) => fields.find((field) => field === values[placeName(at)]) ?? null);
  const chosen = values.dateOrder ?? "";
  return chosen === "" ? { mapping } : { mapping, dateOrder: chosen as DateOrder };
}
