/** What the console has of a module of the hub: a folder here of the same name. It is shown where the hub is run with that module. */
import type { TemplateResult } from "lit";
import type { AppContext } from "../components/app-element.ts";
import type { PageRow } from "../page-row.ts";
import type { Strings } from "../strings/en.ts";

export interface ConsoleModule {
  /** They stand behind the hub's own in their rooms, but for one that is the first. */
  readonly pages: readonly PageRow[];
  /** Where what needs a person is done, by the kinds of the hub's module. */
  readonly waiting?: Readonly<Record<string, readonly [href: string, action: keyof Strings]>>;
  /** What it shows of one customer, on the customer's page. */
  readonly customerCard?: {
    readonly load: () => Promise<unknown>;
    readonly render: (app: AppContext, customerId: string) => TemplateResult;
  };
}
