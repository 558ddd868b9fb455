/** The rooms that hold something of a person. `person-rooms.test.ts` finds tables that no room speaks of. */

import { personalData as backOfficePersonalData } from "../../back-office/personal-data/personal-data.ts";
import { personalData as catalogueAccounts } from "../../catalogue/accounts/personal-data.ts";
import { personalData as catalogueCustomers } from "../../catalogue/customers/personal-data.ts";
import { personalData as catalogueGrants } from "../../catalogue/grants/personal-data.ts";
import { personalData as catalogueSessions } from "../../catalogue/sessions/personal-data.ts";
import { personalData as catalogueVouchers } from "../../catalogue/vouchers/personal-data.ts";
import { personalData as customerPageLogIn } from "../../customer-page/log-in/personal-data.ts";
import { personalData as customerPageTrials } from "../../customer-page/trials/personal-data.ts";
import { personalData as fleetAlarms } from "../../fleet/alarms/personal-data.ts";
import { personalData as fleetJournal } from "../../fleet/journal/personal-data.ts";
import { personalData as groundFeed } from "../../ground/feed/personal-data.ts";
import type { PersonalData } from "../../ground/jobs/person-data.ts";
import { personalData as groundJobs } from "../../ground/jobs/personal-data.ts";
import { personalData as groundMail } from "../../ground/mail/personal-data.ts";
import { personalData as identityAudit } from "../../identity/audit/personal-data.ts";
import { personalData as messaging } from "../../messaging/personal-data.ts";
import { everyModule } from "../../modules/all-modules.ts";
import { personalData as moneyCashSales } from "../../money/cash-sales/personal-data.ts";
import { personalData as moneyClaims } from "../../money/claims/personal-data.ts";
import { personalData as moneyCorrections } from "../../money/corrections/personal-data.ts";
import { personalData as moneyDocuments } from "../../money/documents/personal-data.ts";
import { personalData as moneyEvidence } from "../../money/evidence/personal-data.ts";
import { personalData as moneyFiscal } from "../../money/fiscal/personal-data.ts";
import { personalData as moneyInvoices } from "../../money/invoices/personal-data.ts";
import { personalData as moneyLedger } from "../../money/ledger/personal-data.ts";
import { personalData as moneyMatching } from "../../money/matching/personal-data.ts";
import { personalData as moneyPaymentLinks } from "../../money/payment-links/personal-data.ts";
import { personalData as moneyPromotions } from "../../money/promotions/personal-data.ts";
import { personalData as moneyPurchases } from "../../money/purchases/personal-data.ts";
import { personalData as moneyReceipts } from "../../money/receipts/personal-data.ts";
import { personalData as moneyReconciliation } from "../../money/reconciliation/personal-data.ts";
import { personalData as moneyRefunds } from "../../money/refunds/personal-data.ts";
import { personalData as moneySubscriptions } from "../../money/subscriptions/personal-data.ts";
import { personalData as moneyTax } from "../../money/tax/personal-data.ts";
import { personalData as reportsRollUps } from "../../reports/roll-ups/personal-data.ts";
import { personalData as operationsAlerting } from "../alerting/personal-data.ts";
import { personalData as operationsRestored } from "../restored/personal-data.ts";

/** What `npm run schema-types` writes from them. */
export const erasureFile = new URL("./blank-person.sql", import.meta.url);

export const personRooms: readonly PersonalData[] = [
  groundMail,
  groundJobs,
  groundFeed,
  identityAudit,
  fleetJournal,
  fleetAlarms,
  messaging,
  catalogueCustomers,
  catalogueSessions,
  catalogueGrants,
  catalogueAccounts,
  catalogueVouchers,
  moneyLedger,
  moneyPaymentLinks,
  moneyPromotions,
  moneyMatching,
  moneyEvidence,
  moneyReconciliation,
  moneyPurchases,
  moneyReceipts,
  moneyRefunds,
  moneyCorrections,
  moneyClaims,
  moneyCashSales,
  moneySubscriptions,
  moneyInvoices,
  moneyDocuments,
  moneyFiscal,
  moneyTax,
  customerPageLogIn,
  customerPageTrials,
  backOfficePersonalData,
  reportsRollUps,
  operationsAlerting,
  operationsRestored,
  // Of modules also where they are off: their rows were written while they were on.
  ...everyModule.flatMap(({ personalData }) => personalData ?? []),
];
