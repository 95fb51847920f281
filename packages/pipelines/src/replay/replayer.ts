/** What became of the rows of a replay. `version` is that of the table which has them; absent when none came back. */
export interface Replayed {
  readonly examined: number;
  readonly replayed: number;
  readonly version?: number;
}

/** Feeds rows of one table back. Only the holder of the pipeline's lease may call more than `count`. */
export interface Replayer {
  /** How many rows there are that the condition chooses, and how many of them would come back. Writes nothing. */
  count(where: string | undefined): Promise<Replayed>;
  /** Brings earlier replays that were stopped to their end. Answers whether there was one. */
  finishEarlier(): Promise<boolean>;
  /** Feeds back what can come. Earlier replays must have been finished. */
  replay(where: string | undefined): Promise<Replayed>;
}
