/**
 * Properties of tables that are Sluice's own: states of flows and the event log. Nobody reads older versions of them, so their logs need not remember for a week which files are gone: a
 * continuous pipeline removes some with every few micro-batches.
 */
export const OWN_TABLE: Readonly<Record<string, string>> = {
  "delta.deletedFileRetentionDuration": "interval 1 hours",
};
