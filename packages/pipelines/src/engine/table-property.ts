/** A property of a table as it was given, the first of its spellings; names of properties compare ignoring case. Undefined when it was not given. */
export function tableProperty(properties: Readonly<Record<string, string>>, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return Object.entries(properties).find(([key]) => key.toLowerCase() === wanted)?.[1];
}
