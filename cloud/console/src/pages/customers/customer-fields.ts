import type { Fields } from "../../components/fields/values-of.ts";
import type { Customer } from "../../data/catalogue/customers.ts";
import { say } from "../../strings/strings.ts";

export function customerFields(customer: Customer | null) {
  return [
    { name: "name", label: say("name"), required: true, value: customer?.name ?? null },
    { name: "phone", label: say("phone"), type: "tel", value: customer?.phone == null ? null : `+${customer.phone}` },
    { name: "email", label: say("email"), type: "email", value: customer?.email ?? null },
    { name: "note", label: say("note"), value: customer?.note ?? null },
  ] as const satisfies Fields;
}
