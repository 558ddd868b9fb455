/**
 * `/api/v1/tax-device`: the device with which a provider's documents are told. Who attacks: staff who let documents be told for another taxpayer. The PIN
 * and the branch are those of the tax settings, `ledger.manage` and a fresh second factor are asked for, and the key is told to nobody.
 */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { readTaxSettings } from "../tax/tax-settings.ts";
import type { Authority, DeviceOrder, TaxAdapters } from "./fiscal-contract.ts";
import { wakeNext } from "./submissions.ts";
import { findDevice, keepDevice, removeDevice, setNextNumber } from "./tax-devices.ts";

const path = "/api/v1/tax-device";
const environment = z.enum(["sandbox", "production"]);
const text = z.string().trim().min(1).max(255);
/** More documents than any business issues. */
const numberMax = 999_999_999;
/** The authority counts a taxpayer's documents: the one after the last that it has. */
const nextNumberField = z.int().min(1).max(numberMax);

export const taxDeviceView = z.object({
  /** The hub tells documents to the authority of the tax settings, with a device. */
  isOffered: z.boolean(),
  /** Null: documents wait, and people hand them in and type the replies. */
  device: z
    .object({
      serial: z.string(),
      taxPin: z.string(),
      branch: z.string(),
      environment,
      controlUnit: z.string(),
      /** Of the next document that it tells. */
      nextNumber: z.int(),
      openedAtMs: z.int(),
    })
    .nullable(),
});

export interface DeviceParts {
  readonly world: World;
  readonly envelope: Envelope;
  readonly jobs: JobQueue;
  readonly taxAdapters: TaxAdapters;
}

export function deviceRoutes(parts: DeviceParts) {
  const view = async (tx: Tx, providerId: string): Promise<z.input<typeof taxDeviceView>> => {
    const { authority } = await readTaxSettings(tx, providerId);
    const row = await findDevice(tx, providerId);
    return {
      isOffered: authority !== "none" && parts.taxAdapters[authority]?.openDevice !== undefined,
      device:
        row === undefined
          ? null
          : {
              serial: row.serial,
              taxPin: row.taxPin,
              branch: row.branch,
              environment: row.environment,
              controlUnit: row.controlUnit,
              nextNumber: row.nextNumber,
              openedAtMs: row.openedAtMs,
            },
    };
  };
  return [
    route({
      method: "GET",
      path,
      summary: "The device with which documents are told to the tax authority",
      permission: "ledger.read",
      response: taxDeviceView,
      handle: ({ providerId, transact }) => transact((tx) => view(tx, providerId)),
    }),
    route({
      method: "PUT",
      path,
      summary: "Open a device at the tax authority by its serial number, or enter the key of one that is open already",
      permission: "ledger.manage",
      freshFactor: true,
      body: z.strictObject({
        serial: z.string().trim().min(1).max(100),
        environment,
        /** An authority gives a device's key once. Left out: it is asked for it. */
        opened: z.strictObject({ key: text, controlUnit: text }).optional(),
        nextNumber: nextNumberField.default(1),
      }),
      response: taxDeviceView,
      handle: async ({ body, providerId, transact, auditTarget }) => {
        const { serial, environment, nextNumber } = body;
        auditTarget(serial);
        const { authority, taxPin, branch } = await transact((tx) => readTaxSettings(tx, providerId));
        if (authority === "none" || taxPin === null) throw refusal("no-tax-device");
        const order = { serial, environment, taxPin, branch };
        const { key, controlUnit } = body.opened ?? (await open(parts, authority, order));
        return transact(async (tx) => {
          await keepDevice(parts, tx, providerId, { ...order, authority, key, controlUnit, nextNumber });
          await wakeNext(parts.jobs, tx, { providerId, authority });
          return view(tx, providerId);
        });
      },
    }),
    route({
      method: "PATCH",
      path,
      summary:
        "Correct the number of the next document, where the authority has counted on without this hub; the key stays",
      permission: "ledger.manage",
      freshFactor: true,
      body: z.strictObject({ nextNumber: nextNumberField }),
      response: taxDeviceView,
      handle: ({ body: { nextNumber }, providerId, transact }) =>
        transact(async (tx) => {
          if (!(await setNextNumber(tx, providerId, nextNumber))) throw refusal("no-tax-device");
          return view(tx, providerId);
        }),
    }),
    route({
      method: "DELETE",
      path,
      summary: "Tell nothing with this device any more; its key is forgotten",
      permission: "ledger.manage",
      freshFactor: true,
      response: taxDeviceView,
      handle: ({ providerId, transact }) =>
        transact(async (tx) => {
          await removeDevice(tx, providerId);
          return view(tx, providerId);
        }),
    }),
  ];
}

/** Outside of transactions: it calls the authority. */
async function open({ taxAdapters }: DeviceParts, authority: Authority, order: DeviceOrder) {
  const openDevice = taxAdapters[authority]?.openDevice;
  if (openDevice === undefined) throw refusal("no-tax-device");
  const opened = await openDevice(order);
  if (opened.kind === "opened") return opened;
  throw opened.kind === "refused"
    ? refusal("tax-device-refused", { field: "serial", rule: "authority-said", value: opened.why })
    : refusal("tax-authority-away");
}
