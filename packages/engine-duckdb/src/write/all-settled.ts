/** As `Promise.all`, but when one fails the others have come to their end, too. */
export async function allSettled<Values extends readonly unknown[]>(
  promises: { readonly [Key in keyof Values]: Promise<Values[Key]> },
): Promise<Values> {
  const failed = (await Promise.allSettled(promises)).find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return (await Promise.all(promises)) as unknown as Values;
}
