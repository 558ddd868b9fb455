/** Words of the example, in English. */
export const enExample = {
  examplePage: "Example",
  exampleGreeting_morning: "Good morning, {name}",
  exampleGreeting_afternoon: "Good afternoon, {name}",
  exampleGreeting_evening: "Good evening, {name}",
  maintenance_count_example_greetings: "Count the greetings of the example",
};
