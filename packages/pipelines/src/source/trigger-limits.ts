/** How much of a source of files one micro-batch takes. */
export interface TriggerLimits {
  /** At most this many files in a range; absent: all at once. */
  readonly maxFilesPerTrigger?: number;
  /** Files beyond that many are taken too while all in the range have no more bytes than this. */
  readonly smallBatchBytes?: number;
  /** A range ends with the file that reaches so many bytes. */
  readonly maxBytesPerTrigger?: number;
}

/** However small files are, and however many may be taken beyond `maxFilesPerTrigger`. */
const MOST_FILES = 100_000;

/** The files from `start` that a range may hold; one at least, however large it is. */
export function withinLimits<File extends { readonly sizeBytes: number }>(
  files: readonly File[],
  start: number,
  limits: TriggerLimits,
): readonly File[] {
  const { maxFilesPerTrigger = files.length, maxBytesPerTrigger = Number.POSITIVE_INFINITY } = limits;
  const { smallBatchBytes = 0 } = limits;
  let bytes = 0;
  let end = start;
  while (end < files.length && bytes < maxBytesPerTrigger) {
    bytes += files[end]?.sizeBytes ?? 0;
    const isMore = end - start >= maxFilesPerTrigger;
    if (isMore && (bytes > smallBatchBytes || end - start >= MOST_FILES)) break;
    end += 1;
  }
  return start === 0 && end === files.length ? files : files.slice(start, end);
}
