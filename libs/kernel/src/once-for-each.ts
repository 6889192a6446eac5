// Works something out once for each object, and knows it for as long as there is the object.

/** `work` goes by the object alone, which nobody changes. */
export function onceForEach<From extends object, Made>(work: (from: From) => Made): (from: From) => Made {
  const known = new WeakMap<From, Made>();
  return (from) => {
    const before = known.get(from);
    if (before !== undefined) return before;
    const made = work(from);
    known.set(from, made);
    return made;
  };
}
