/** `/api/v1/customers/{customerId}/statement`: what a customer had, what changed it, what is left. */
import { z } from "zod";
import { readCustomer } from "../../catalogue/customers/customers.ts";
import type { Tx } from "../../ground/db/database.ts";
import { wrongField } from "../../ground/http/problem.ts";
import { rawRoute, route } from "../../ground/http/route.ts";
import { madeInTurn } from "../../ground/lists/made-in-turn.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";
import { readTaxSettings } from "../tax/tax-settings.ts";
import { readLook } from "./document-pdf.ts";
import { languageField } from "./document-routes.ts";
import { type DrawnStatement, drawStatement } from "./pdf/draw-document.ts";
import { readStatements } from "./statement.ts";

const dayMs = 86_400_000;
const day = z.iso.date();
const params = z.object({ customerId: z.string().min(1).max(128) });
const span = { fromDay: day.optional(), untilDay: day.optional() };

export const statementView = z.object({
  customerName: z.string(),
  fromDay: z.string(),
  /** The last day in it. */
  untilDay: z.string(),
  statements: z.array(
    z.object({
      currency: z.string(),
      /** Below zero: the customer owes. */
      openingCents: z.int(),
      rows: z.array(
        z.object({
          entryId: z.string(),
          atMs: z.int(),
          kind: z.string(),
          documentId: z.string().nullable(),
          number: z.string().nullable(),
          reference: z.string().nullable(),
          amountCents: z.int(),
          balanceCents: z.int(),
        }),
      ),
      closingCents: z.int(),
    }),
  ),
});

interface Asked {
  readonly fromDay?: string | undefined;
  readonly untilDay?: string | undefined;
}

export function statementRoutes(now: () => number) {
  return [
    route({
      method: "GET",
      path: "/api/v1/customers/{customerId}/statement",
      summary: "A customer's statement of account; without days, of the last 90",
      permission: "ledger.read",
      params,
      query: z.object(span),
      response: statementView,
      handle: ({ params: { customerId }, query, providerId, transact }) =>
        transact(async (tx) => {
          const { customerName, fromDay, untilDay, statements } = await read(tx, providerId, customerId, query);
          return {
            customerName,
            fromDay,
            untilDay,
            statements: statements.map((one) => ({ ...one, rows: [...one.rows] })),
          };
        }),
    }),
    rawRoute({
      method: "GET",
      path: "/api/v1/customers/{customerId}/statement/pdf",
      summary: "The same as a PDF, in English or Swahili",
      permission: "ledger.read",
      params,
      query: z.object({ ...span, language: languageField.optional() }),
      produces: "application/pdf",
      respond: async ({ params: { customerId }, query, providerId, transact }, _request, response) => {
        const drawn = await transact(async (tx): Promise<DrawnStatement> => {
          const told = await read(tx, providerId, customerId, query);
          const { language, brand } = await readLook(tx, providerId, query.language);
          const { legalName, taxPin, address, vatRegistered } = await readTaxSettings(tx, providerId);
          const { name, supportPhone: phone } = await readProviderRow(tx, providerId);
          const seller = { name: legalName ?? name, taxPin, address, phone, vatRegistered };
          return { ...told, seller, brand, language };
        });
        const file = await madeInTurn(providerId, () => drawStatement(drawn));
        response.setHeader("Cache-Control", "no-store");
        const name = `statement-${drawn.fromDay}-${drawn.untilDay}.pdf`;
        response.setHeader("Content-Disposition", `attachment; filename="${name}"`);
        response.type("application/pdf").end(file);
      },
    }),
  ];

  async function read(tx: Tx, providerId: string, customerId: string, asked: Asked) {
    const customer = await readCustomer(tx, customerId);
    const offsetMs = (await offsetOfProvider(tx, providerId)) * 60_000;
    const dayOf = (atMs: number) => new Date(atMs + offsetMs).toISOString().slice(0, 10);
    const startOf = (text: string) => Date.parse(`${text}T00:00:00Z`) - offsetMs;
    const untilDay = asked.untilDay ?? dayOf(now());
    const fromDay = asked.fromDay ?? dayOf(startOf(untilDay) - 89 * dayMs);
    if (fromDay > untilDay) throw wrongField("untilDay", "ends-first");
    const party = customer.phoneHash;
    const time = { fromMs: startOf(fromDay), untilMs: startOf(untilDay) + dayMs };
    const statements = await readStatements(tx, { providerId, customerId, party, ...time });
    return { customerName: customer.name, fromDay, untilDay, statements, dayOf };
  }
}
