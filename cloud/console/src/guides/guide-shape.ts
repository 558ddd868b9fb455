/** What the build makes of a guide in Markdown. `html` comes from this repository's files alone, never from anybody's text. */
export interface Guide {
  readonly name: string;
  readonly title: string;
  readonly lead: string;
  readonly sections: readonly GuideSection[];
}

export interface GuideSection {
  /** The same in each language: addresses name it. */
  readonly id: string;
  readonly title: string;
  readonly html: string;
  /** What the search looks at. */
  readonly text: string;
}
