/** Names for an object's keys: a name that was there before gets the first free number behind it, as `message_2`, so that no value hides another. */
export function distinctNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let n = 2; taken.has(free) || (free !== name && names.includes(free)); n++) free = `${name}_${n}`;
    taken.add(free);
    return free;
  });
}
