/** For a restored database: from these numbers on the sites send again what it lacks. Statements for a restore, in one raw transaction. */
export const journalRestored: readonly string[] = ["update journal_epochs set restored_seq = last_seq"];
