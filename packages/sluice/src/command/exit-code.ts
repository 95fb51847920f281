/** What the process's exit code says. */
export const EXIT = {
  done: 0,
  /** The update or statement failed. */
  failed: 1,
  /** The pipeline or the command line is wrong. */
  wrong: 2,
  /** Another update holds the pipeline. */
  held: 3,
  /** Stopped by the person. */
  stopped: 130,
} as const;
