/** Notes what an engine cannot do: the condition, a sentence, what it speaks of. */
export type Found = (condition: string, message: string, parameters?: Readonly<Record<string, string>>) => void;
