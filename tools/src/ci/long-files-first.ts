/**
 * In which order test files run: those of minutes first. Vitest begins with the largest files, and a short file that plays long stories would run last
 * and alone, while the other workers have nothing to do.
 */
import { BaseSequencer, type TestSpecification } from "vitest/node";

const longFiles = ["lab/src/simulation/hubs/hub-stories.test.ts", "lab/src/simulation/sites/site-stories.test.ts"];

export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => longFiles.some((name) => moduleId.endsWith(name));
    const { true: first = [], false: rest = [] } = Object.groupBy(await super.sort(files), (file) =>
      isLong(file) ? "true" : "false",
    );
    return [...first, ...rest];
  }
}
