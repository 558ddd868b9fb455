/** What the compiler says of some files: to check all would take a minute. */
import { join } from "node:path";
import { API } from "typescript/unstable/async";

/** @returns `<path>: <what is wrong>` of each of these files; what they import is read, and not checked */
export async function wrongTypes(root: string, paths: readonly string[]): Promise<readonly string[]> {
  const compiler = new API({ cwd: root });
  try {
    const config = join(root, "tsconfig.json");
    const program = (await compiler.updateSnapshot({ openProjects: [config] })).getProject(config)?.program;
    if (program === undefined) throw new Error(`${config}: the compiler has not read it.`);
    const wrong: string[] = [];
    for (const path of paths)
      for (const { text } of await program.getSemanticDiagnostics(join(root, path))) wrong.push(`${path}: ${text}`);
    return wrong;
  } finally {
    await compiler.close();
  }
}
