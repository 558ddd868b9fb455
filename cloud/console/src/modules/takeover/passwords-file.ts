import { csvFile } from "../../components/csv-file.ts";
import type { NewPassword } from "./customer-takeovers-data.ts";

/** New passwords as a file. Log-ins are another system's words, which its customers may have chosen: a formula among them would tell the cells beside it to somebody. */
export const passwordsFile = (passwords: readonly NewPassword[]): string =>
  csvFile([["username", "password"], ...passwords.map(({ username, password }) => [username, password])]);
