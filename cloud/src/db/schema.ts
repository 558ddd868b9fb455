/** All tables. Each capability declares its own, beside the migration that makes them. */
import type { ProjectionTables } from "../agent-link/project/tables.ts";
import type { LinkTables } from "../agent-link/tables.ts";
import type { BackupTables } from "../backups/tables.ts";
import type { CustomerTables } from "../customers/tables.ts";
import type { EventTables } from "../events/tables.ts";
import type { ExpenseTables } from "../expenses/tables.ts";
import type { FeedTables } from "../feed/tables.ts";
import type { GrantTables } from "../grants/tables.ts";
import type { HostedTables } from "../hosted-sites/tables.ts";
import type { IdempotencyTables } from "../http/tables.ts";
import type { InvoiceTables } from "../invoices/tables.ts";
import type { JobTables } from "../jobs/tables.ts";
import type { LeaseTables } from "../leases/tables.ts";
import type { LedgerTables } from "../ledger/tables.ts";
import type { MailTables } from "../mail/tables.ts";
import type { MessageTables } from "../messaging/tables.ts";
import type { PaymentTables } from "../payments/tables.ts";
import type { PeopleTables } from "../people/tables.ts";
import type { PlanTables } from "../plans/tables.ts";
import type { ProviderTables } from "../providers/tables.ts";
import type { ReleaseTables } from "../releases/tables.ts";
import type { SellerTables } from "../sellers/tables.ts";
import type { SiteTables } from "../sites/tables.ts";
import type { UpkeepTables } from "../upkeep/tables.ts";
import type { VoucherTables } from "../vouchers/tables.ts";
import type { WireguardTables } from "../wireguard/tables.ts";

export interface Schema
  extends BackupTables,
    CustomerTables,
    EventTables,
    ExpenseTables,
    FeedTables,
    GrantTables,
    HostedTables,
    IdempotencyTables,
    InvoiceTables,
    JobTables,
    LeaseTables,
    LedgerTables,
    MailTables,
    MessageTables,
    PaymentTables,
    LinkTables,
    PeopleTables,
    PlanTables,
    ProjectionTables,
    ProviderTables,
    ReleaseTables,
    SellerTables,
    SiteTables,
    UpkeepTables,
    VoucherTables,
    WireguardTables {}
