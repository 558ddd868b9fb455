/** Words of the example, in Swahili. */
import type { enExample } from "./en.ts";

export const swExample: Record<keyof typeof enExample, string> = {
  examplePage: "Mfano",
  exampleGreeting_morning: "Habari za asubuhi, {name}",
  exampleGreeting_afternoon: "Habari za mchana, {name}",
  exampleGreeting_evening: "Habari za jioni, {name}",
  maintenance_count_example_greetings: "Hesabu salamu za mfano",
};
