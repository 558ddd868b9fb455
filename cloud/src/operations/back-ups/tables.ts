export interface BackupTables {
  backups_taken: { backup_id: string; at_ms: number; row_count: number; taken_by: "hub" | "command-line" };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends BackupTables {}
}
