import { css, html, nothing } from "lit";
import "../../components/action-form.ts";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { saveFile } from "../../components/save-file.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import "../../components/table/data-table.ts";
import { tile, tileStyles } from "../../components/tiles.ts";
import { type Plan, plansToChoose } from "../../data/catalogue/plans.ts";
import { isUndecided } from "../../hub/idempotency-key.ts";
import { planOptions } from "../../pages/plans/plan-options.ts";
import { dateTime, money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { columnsCard } from "./columns-card.ts";
import {
  type CustomersChoice,
  type CustomersPreview,
  type CustomerTakeover,
  exampleOfCustomers,
  listCustomerTakeovers,
  type NewPassword,
  previewCustomers,
  takeCustomersOver,
  undoCustomerTakeover,
} from "./customer-takeovers-data.ts";
import { newPlansCard } from "./new-plans-card.ts";
import { passwordsFile } from "./passwords-file.ts";

type Line = CustomersPreview["lines"][number];
type LineError = CustomersPreview["errors"][number];

interface Standing {
  readonly done: readonly CustomerTakeover[];
  readonly plans: readonly Plan[];
}

const shown = (count: number) => count.toLocaleString("en");
/** Nothing where there is none. */
const noted = (count: number, text: "customersJoined" | "customersPasswords") =>
  count === 0 ? "" : say(text, { count: shown(count) });

/** Customers of another system: what they would become, then all of them at once, and back while nothing was built on it. */
class CustomerTakeovers extends appElement({
  /** Names of sites by their id. */
  sites: property<ReadonlyMap<string, string>>(new Map()),
  choice: state<CustomersChoice | null>(null),
  preview: state<CustomersPreview | null>(null),
  passwords: state<readonly NewPassword[]>([]),
}) {
  readonly #actions = new PageActions(this, () => this.#standing.reload());
  readonly #standing = new ReadController<Standing>(this, {
    read: async () => ({
      done: (await listCustomerTakeovers({ cursor: null })).items,
      plans: this.may("plans.read") ? await plansToChoose() : [],
    }),
    topics: ["customer"],
  });

  static override styles = [
    sharedStyles,
    tileStyles,
    css`
      section {
        margin-bottom: 1rem;
      }
      td,
      li {
        overflow-wrap: anywhere;
      }
      summary {
        cursor: pointer;
      }
      summary h2 {
        display: inline;
      }
      .columns {
        overflow-wrap: anywhere;
      }
    `,
  ];

  override render() {
    return html`<section class="card pad">
        <h2>${say("customersTake")}</h2>
        <p>${say("customersTakeWhat")}</p>
        <p class="soft">${say("customersTakeColumns")} <code class="mono">name, phone, email, note, number, username, password, service, plan, site, paid_until, balance, active</code></p>
        <p>
          <button class="quiet" ?disabled=${this.#actions.busy !== ""} @click=${this.#example}>${say("customersTakeExample")}</button>
        </p>
        ${this.#standing.render(({ plans }) => this.#form(plans))}
      </section>
      ${this.preview === null ? nothing : this.#result(this.preview)}
      ${this.passwords.length === 0 ? nothing : this.#told()}
      ${(this.#standing.value?.done ?? []).map((takeover) => this.#doneOne(takeover))}`;
  }

  #form(plans: readonly Plan[]) {
    const sites = [...this.sites];
    return html`<action-form
      .fields=${[
        {
          name: "from",
          label: say("takeoverSource"),
          type: "select",
          value: "",
          options: [
            { value: "", label: say("takeoverAFile") },
            ...sites.map(([value, site]) => ({ value, label: say("takeoverRouterOf", { site }) })),
          ],
        },
        { name: "file", label: say("takeoverFile"), type: "file", hint: say("takeoverFileHint") },
        {
          name: "siteId",
          label: say("customersTakeSite"),
          type: "select",
          required: true,
          value: "",
          options: [{ value: "", label: say("none") }, ...sites.map(([value, label]) => ({ value, label }))],
        },
        {
          name: "planId",
          label: say("customersTakePlan"),
          type: "select",
          value: "",
          options: [{ value: "", label: say("customersTakeNoPlan") }, ...planOptions(plans)],
        },
        {
          name: "service",
          label: say("customersTakeService"),
          type: "select",
          value: "pppoe",
          options: (["pppoe", "hotspot", "any"] as const).map((value) => ({ value, label: word("service", value) })),
        },
        {
          name: "offset",
          label: say("takeoverOffset"),
          type: "number",
          value: String(this.app.zone.utcOffsetMinutes / 60),
          hint: say("takeoverOffsetHint"),
          required: true,
        },
        { name: "autoRenew", label: say("customersTakeRenew"), type: "checkbox", value: true },
        { name: "newPasswords", label: say("customersTakeNewPasswords"), type: "checkbox", value: false },
      ]}
      submitText=${say("takeoverRead")}
      .submit=${this.#read}
    ></action-form>`;
  }

  readonly #read = async ({ from, file, siteId, planId, service, offset, autoRenew, newPasswords }: Values) => {
    const choice: CustomersChoice = {
      ...(from === null || from === "" ? { file: String(file ?? "") } : { fromSiteId: String(from) }),
      utcOffsetMinutes: Math.round(Number(offset) * 60),
      siteId: String(siteId),
      ...(planId === null || planId === "" ? {} : { planId: String(planId) }),
      service,
      autoRenew: autoRenew === true,
      newPasswords: newPasswords === true,
    };
    this.preview = null;
    this.passwords = [];
    this.preview = await previewCustomers(choice);
    this.choice = choice;
  };

  readonly #readColumns = async (said: Pick<CustomersChoice, "mapping" | "dateOrder" | "prices" | "part">) => {
    if (this.choice === null) return;
    const choice: CustomersChoice = { ...this.choice, ...said };
    this.preview = await previewCustomers(choice);
    this.choice = choice;
  };

  readonly #example = () =>
    this.#actions.run("example", exampleOfCustomers, (text) => {
      saveFile("customers.csv", text, "text/csv");
      return "";
    });

  #result({
    source,
    totals,
    lines,
    linesNotShown,
    errors,
    errorsNotShown,
    ignored,
    columns,
    plans,
    codes,
    parts,
    part,
    seen,
  }: CustomersPreview) {
    const { currency } = totals;
    return html`<h2 class="between">${say("takeoverFound", { source: word("source", source) })}</h2>
      <p class="notice" role="status">${say("takeoverNothingChanged")}</p>
      <div class="tiles">
        ${tile(say("customersMade"), shown(totals.customers), noted(totals.joined, "customersJoined"))}
        ${tile(say("customersLines"), shown(totals.accounts), noted(totals.newPasswords, "customersPasswords"))}
        ${tile(say("customersCredit"), money(totals.creditCents, currency), totals.owesCents === 0 ? "" : say("customersOwe", { amount: money(totals.owesCents, currency) }))}
        ${tile(say("customersLeft"), shown(totals.left), say("customersLeftWhat"))}
      </div>
      ${totals.weakPasswords === 0 ? nothing : html`<p class="notice">${say("customersWeak", { count: shown(totals.weakPasswords) })}</p>`}
      ${totals.fullAgain ? html`<p class="notice">${say("customersFullAgain", { count: shown(totals.fullAgain) })}</p>` : nothing}
      ${ignored.length === 0 ? nothing : html`<p class="soft">${say("customersIgnored", { columns: ignored.join(", ") })}</p>`}
      ${parts === 1 ? nothing : this.#parts(part, parts)}
      ${codes === 0 ? nothing : html`<p class="soft">${say("customersCodes", { count: shown(codes) })}</p>`}
      ${columns === null ? nothing : columnsCard(columns, seen === null, this.#readColumns)}
      ${plans.length === 0 ? nothing : newPlansCard(plans, this.#readColumns)}
      ${errors.length === 0 ? nothing : this.#errors(errors, errorsNotShown)}
      <section class="card">
        <data-table
          caption=${say("customers")}
          emptyText=${say("customersNone")}
          .rows=${lines}
          .columns=${[
            {
              label: say("name"),
              cell: (row: Line) =>
                html`<strong>${row.name}</strong>${row.does === "join" ? html` <span class="badge">${say("customersJoin")}</span>` : nothing}`,
            },
            {
              label: say("customersLogIn"),
              cell: (row: Line) =>
                row.username === null ? say("none") : html`<span class="mono">${row.username}</span>`,
            },
            {
              label: say("customersPaidUntil"),
              cell: (row: Line) => (row.paidUntilMs === null ? say("none") : dateTime(row.paidUntilMs, this.app.zone)),
            },
            {
              label: say("customersCredit"),
              cell: (row: Line) =>
                row.owesCents > 0
                  ? html`<span class="badge warn">${say("customersOwes", { amount: money(row.owesCents, currency) })}</span>`
                  : row.creditCents === 0
                    ? say("none")
                    : money(row.creditCents, currency),
            },
          ]}
        ></data-table>
        ${linesNotShown === 0 ? nothing : html`<p class="soft pad">${say("takeoverMore", { count: linesNotShown })}</p>`}
      </section>
      ${
        seen === null
          ? nothing
          : html`<section class="card pad">
              <p>${say("customersTakeNow", { count: shown(lines.length + linesNotShown) })}</p>
              <button class="primary" ?disabled=${this.#actions.busy !== ""} @click=${() => this.#take(seen)}>
                ${say("customersTakeDo")}
              </button>
            </section>`
      }`;
  }

  /** Each is taken over by itself; which ones are done, the list below shows. */
  #parts(part: number, parts: number) {
    const go = (to: number) =>
      void this.#actions.run(
        `part ${to}`,
        () => this.#readColumns({ part: to }),
        () => "",
      );
    const button = (to: number, label: "filePartBefore" | "filePartNext") =>
      html`<button class="quiet" ?disabled=${this.#actions.busy !== ""} @click=${() => go(to)}>${say(label)}</button>`;
    return html`<p class="notice">
      ${say("fileParts", { part: part + 1, parts })}
      ${part === 0 ? nothing : button(part - 1, "filePartBefore")}
      ${part + 1 === parts ? nothing : button(part + 1, "filePartNext")}
    </p>`;
  }

  #errors(errors: readonly LineError[], notShown: number) {
    return html`<section class="card pad">
      <h2>${say("customersWrong")}</h2>
      <ul>
        ${errors.map(
          ({ line, field, problem }) =>
            html`<li>
              ${line === 0 ? nothing : html`<span class="soft">${say("takeoverLine", { line })}</span>`} <code class="mono">${field}</code>:
              ${word("lineProblem", problem)}
            </li>`,
        )}
      </ul>
      ${notShown === 0 ? nothing : html`<p class="soft">${say("takeoverMore", { count: notShown })}</p>`}
    </section>`;
  }

  async #take(seen: string) {
    const { choice, preview } = this;
    if (choice === null || preview === null) return;
    const next = preview.part + 1 < preview.parts ? preview.part + 1 : null;
    let isOpen = false;
    const isDone = await this.#actions.run(
      "take",
      (key) =>
        takeCustomersOver(choice, seen, key).catch((error) => {
          isOpen = isUndecided(error);
          throw error;
        }),
      ({ passwords }) => {
        this.passwords = [...this.passwords, ...passwords];
        return say("customersTaken");
      },
    );
    // It may be done: pressed again, it is the same order, and tells the new passwords, which nothing else does.
    if (isOpen) return;
    this.preview = null;
    if (isDone && next !== null) await this.#readColumns({ part: next });
    else if (isDone) this.choice = null;
  }

  #told() {
    return html`<section class="card pad" role="status">
      <h2>${say("customersNewPasswords")}</h2>
      <p>${say("customersNewPasswordsWhat")}</p>
      <button
        class="primary"
        @click=${() => saveFile("passwords.csv", passwordsFile(this.passwords), "text/csv")}
      >
        ${say("customersSavePasswords", { count: shown(this.passwords.length) })}
      </button>
    </section>`;
  }

  #doneOne(takeover: CustomerTakeover) {
    const { totals, source, state: stands, doneBy, doneAtMs, undoneBy, undoneAtMs } = takeover;
    const at = (atMs: number) => dateTime(atMs, this.app.zone);
    return html`<section class="card pad">
      <h2>
        ${say("customersFrom", { source: word("source", source) })}
        <span class="badge ${stands === "done" ? "good" : ""}">${word("customersState", stands)}</span>
      </h2>
      ${facts([
        [say("customersMade"), shown(totals.customers)],
        [say("customersLines"), shown(totals.accounts)],
        [say("customersCredit"), money(totals.creditCents, totals.currency)],
        [say("customersLeft"), shown(totals.left)],
        [say("takeoverBy"), html`${doneBy} · ${at(doneAtMs)}`],
        undoneAtMs === null ? null : [say("customersUndoneBy"), html`${undoneBy} · ${at(undoneAtMs)}`],
      ])}
      ${
        stands === "done"
          ? html`<button class="quiet danger" ?disabled=${this.#actions.busy !== ""} @click=${() => this.#undo(takeover)}>
              ${say("customersUndo")}
            </button>`
          : nothing
      }
    </section>`;
  }

  async #undo({ customerTakeoverId, totals }: CustomerTakeover) {
    const options = { danger: true, note: say("customersUndoNote") };
    if (await ask(say("customersUndoSure", { count: shown(totals.customers) }), say("customersUndo"), options))
      await this.#actions.run(
        `undo ${customerTakeoverId}`,
        (key) => undoCustomerTakeover(customerTakeoverId, key),
        () => say("customersUndone"),
      );
  }
}
customElements.define("customer-takeovers", CustomerTakeovers);
